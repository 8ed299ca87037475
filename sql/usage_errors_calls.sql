-- lm-usage errors: the calls made in a period that failed, by class of the error. Follows the facts.
-- Parameters: those of the facts.
SELECT
    error_class, failed_calls, share_percent, call_count,
    trim_scale(round(100.0 * failed_calls / call_count, 6)) AS error_rate_percent,
    affected_jobs, affected_teams, last_at
FROM (
    SELECT
        g.error_class,
        sum(g.calls)::bigint AS failed_calls,
        trim_scale(round(100.0 * sum(g.calls)
            / sum(sum(g.calls)) FILTER (WHERE g.error_class IS NOT NULL) OVER (), 6)) AS share_percent,
        sum(sum(g.calls)) OVER ()::bigint AS call_count,
        count(g.job_id) AS affected_jobs,
        count(DISTINCT g.team_id) AS affected_teams,
        max(g.last_at) AS last_at
    FROM (
        -- Calls that did not fail are one row a team.
        SELECT
            f.error_class, f.team_id, CASE WHEN f.is_failed THEN f.job_id END AS job_id, count(*) AS calls,
            max(f.created_at) AS last_at
        FROM call_facts f
        GROUP BY 1, 2, 3
    ) AS g
    GROUP BY g.error_class
) AS c
WHERE error_class IS NOT NULL
ORDER BY failed_calls DESC, error_class;
