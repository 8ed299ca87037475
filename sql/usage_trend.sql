-- lm-usage trend: the jobs of a period by the hour, day, week or month in which they were created; those without jobs are
-- rows too. Follows the facts.
-- Parameters: those of the facts, and
-- $9::text        hour, day, week (ISO 8601) or month
-- $10::timestamp  now: what lies behind it is no row
, buckets AS (
    SELECT b.starts_at, b.starts_at + ('1 ' || $9::text)::interval AS ends_at
    FROM generate_series(date_trunc($9::text, $1::timestamp),
            least($2::timestamp, $10::timestamp) - interval '1 microsecond', ('1 ' || $9::text)::interval)
        AS b (starts_at)
),
team_sums AS NOT MATERIALIZED (
    SELECT
        date_trunc($9::text, f.created_at) AS starts_at,
        f.team_id,
        sum(f.jobs) AS jobs,
        sum(f.completed_jobs) AS completed_jobs,
        sum(f.failed_jobs) AS failed_jobs,
        sum(f.cancelled_jobs) AS cancelled_jobs,
        sum(f.calls) AS calls,
        sum(f.failed_calls) AS failed_calls,
        sum(f.total_tokens) AS total_tokens,
        sum(f.client_cost_usd) AS client_cost_usd,
        sum(f.provider_cost_usd) AS provider_cost_usd,
        sum(f.latency_ms) AS latency_ms,
        count(f.latency_ms) AS calls_with_latency
    FROM job_facts f
    GROUP BY 1, 2
)
SELECT
    to_char(b.starts_at, CASE $9::text WHEN 'hour' THEN 'YYYY-MM-DD"T"HH24' WHEN 'day' THEN 'YYYY-MM-DD'
        WHEN 'week' THEN 'IYYY-"W"IW' ELSE 'YYYY-MM' END) AS period,
    b.starts_at < $1::timestamp OR b.ends_at > least($2::timestamp, $10::timestamp) AS partial,
    b.starts_at,
    coalesce(sum(s.jobs), 0) AS total_jobs,
    coalesce(sum(s.completed_jobs), 0) AS completed_jobs,
    coalesce(sum(s.failed_jobs), 0) AS failed_jobs,
    coalesce(sum(s.cancelled_jobs), 0) AS cancelled_jobs,
    coalesce(sum(s.jobs - s.completed_jobs - s.failed_jobs - s.cancelled_jobs), 0) AS open_jobs,
    trim_scale(round(100.0 * sum(s.completed_jobs)
        / nullif(sum(s.completed_jobs + s.failed_jobs), 0), 6)) AS success_rate_percent,
    coalesce(sum(s.calls), 0) AS total_api_calls,
    coalesce(sum(s.failed_calls), (SELECT b.no_failed_calls FROM platform_basis b)) AS failed_calls,
    coalesce(sum(s.total_tokens), 0) AS total_tokens,
    trim_scale(coalesce(sum(s.client_cost_usd), 0)) AS total_cost_usd,
    trim_scale(coalesce(sum(s.provider_cost_usd),
        CASE WHEN coalesce(sum(s.client_cost_usd), 0) = 0 THEN 0 END)) AS provider_cost_usd,
    trim_scale(round(sum(s.latency_ms)::numeric / nullif(sum(s.calls_with_latency), 0), 6)) AS avg_latency_ms,
    coalesce(sum(s.calls_with_latency), 0) AS calls_with_latency,
    count(s.team_id) AS active_teams
FROM buckets b
    LEFT JOIN team_sums s ON s.starts_at = b.starts_at
GROUP BY b.starts_at, b.ends_at
ORDER BY b.starts_at;
