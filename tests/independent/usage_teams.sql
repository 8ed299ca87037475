-- What "lm-usage teams" has to say at :now, from the tables of tests/independent/asked.sql.
SELECT t.id AS team_id, o.id AS organization_id,
    (SELECT name FROM organizations WHERE organization_id = o.id) AS organization_name,
    (SELECT to_jsonb(c) ->> 'status' FROM team_credits c WHERE c.team_id = t.id) AS status,
    count(status) AS total_jobs,
    count(status) FILTER (WHERE status = 'completed') AS completed_jobs,
    count(status) FILTER (WHERE status = 'failed') AS failed_jobs,
    count(status) FILTER (WHERE status = 'cancelled') AS cancelled_jobs,
    count(status) FILTER (WHERE status IN ('pending', 'in_progress')) AS open_jobs,
    round(avg(CASE status WHEN 'completed' THEN 100 WHEN 'failed' THEN 0 END), 6) AS success_rate_percent,
    coalesce(sum(calls), 0) AS total_api_calls, coalesce(sum(tokens), 0) AS total_tokens,
    coalesce(sum(cost), 0) AS total_cost_usd,
    round(coalesce(sum(cost), 0) / nullif((SELECT sum(cost) FROM job_in), 0) * 100, 6) AS share_percent,
    pg_temp.known(sum(provider), sum(cost)) AS provider_cost_usd,
    (SELECT round(avg(latency), 6) FROM part_in p WHERE p.team_id = t.id) AS avg_latency_ms,
    (SELECT count(latency) FROM part_in p WHERE p.team_id = t.id) AS calls_with_latency,
    coalesce(sum(credits), 0) AS credits_used,
    (SELECT c.credits_allocated - c.credits_used FROM team_credits c WHERE c.team_id = t.id) AS credits_remaining,
    max(created_at) AS last_job_at,
    ARRAY(
        SELECT (
            SELECT count(*)
            FROM job_asked j
            WHERE j.team_id = t.id AND to_char(j.created_at, 'YYYYMMDD') = to_char(day, 'YYYYMMDD') AND j.created_at < :to
        )
        FROM (SELECT least(:to::timestamp, :now::timestamp) - interval '0.000001' - back * interval '1 day' AS day
            FROM generate_series(13, 0, -1) back) d
    ) AS daily_jobs
FROM (
    SELECT team_id FROM job_in
    UNION
    SELECT team_id
    FROM team_credits
    WHERE :all_kinds
        AND CASE WHEN (:teams)::text[] IS NULL THEN TRUE ELSE team_id = ANY ((:teams)::text[]) END
        AND CASE WHEN (:organizations)::text[] IS NULL THEN TRUE ELSE organization_id = ANY ((:organizations)::text[]) END
) t(id)
    LEFT JOIN job_in ON team_id = t.id
    CROSS JOIN LATERAL (
        SELECT CASE WHEN count(DISTINCT j.organization_id) = 1 THEN max(j.organization_id)
            ELSE (SELECT c.organization_id FROM team_credits c WHERE c.team_id = t.id) END
        FROM job_in j
        WHERE j.team_id = t.id
    ) o(id)
GROUP BY t.id, o.id
ORDER BY total_cost_usd DESC, total_jobs DESC, t.id
