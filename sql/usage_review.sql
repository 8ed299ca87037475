-- lm-usage review: how the platform did week by week or month by month, and how that changed; the newest first. A job counts
-- where it was created, and its calls with it. Follows the facts.
-- Parameters: those of the facts, and
-- $9::text        week (ISO 8601) or month
-- $10::timestamp  the first one to be shown begins here; one more, from $1 on, is there to compare it with
-- NAME_trend_percent: change of NAME against the row before in time, in percent of it; null where that is 0 or unknown.
, buckets AS (
    SELECT b.starts_at
    FROM generate_series(date_trunc($9::text, $1::timestamp), $2::timestamp - interval '1 microsecond',
            ('1 ' || $9::text)::interval)
        AS b (starts_at)
),
team_sums AS NOT MATERIALIZED (
    SELECT
        date_trunc($9::text, f.created_at) AS starts_at,
        f.team_id,
        sum(f.jobs) AS jobs,
        sum(f.completed_jobs) AS completed_jobs,
        sum(f.failed_jobs) AS failed_jobs,
        sum(f.calls) AS calls,
        sum(f.failed_calls) AS failed_calls,
        sum(f.total_tokens) AS total_tokens,
        sum(f.client_cost_usd) AS client_cost_usd,
        sum(f.provider_cost_usd) AS provider_cost_usd,
        sum(f.client_cost_usd) FILTER (WHERE f.provider_cost_usd IS NOT NULL) AS margin_base_usd,
        sum(f.calls) FILTER (WHERE f.provider_cost_usd IS NOT NULL) AS margin_calls,
        sum(f.latency_ms) AS latency_ms,
        count(f.latency_ms) AS calls_with_latency
    FROM job_facts f
    GROUP BY 1, 2
),
latencies AS NOT MATERIALIZED (
    SELECT
        date_trunc($9::text, f.created_at) AS starts_at,
        percentile_disc(0.95) WITHIN GROUP (ORDER BY f.latency_ms) AS p95_latency_ms
    FROM job_facts f
    WHERE f.latency_ms IS NOT NULL
    GROUP BY 1
),
figures AS MATERIALIZED (
    SELECT
        b.starts_at,
        row_number() OVER (ORDER BY b.starts_at) AS position,
        coalesce(sum(s.jobs), 0) AS total_jobs,
        coalesce(sum(s.completed_jobs), 0) AS completed_jobs,
        coalesce(sum(s.failed_jobs), 0) AS failed_jobs,
        100.0 * sum(s.completed_jobs) / nullif(sum(s.completed_jobs + s.failed_jobs), 0) AS success_rate_percent,
        100.0 * sum(s.failed_jobs) / nullif(sum(s.completed_jobs + s.failed_jobs), 0) AS error_rate_percent,
        count(s.team_id) AS active_teams,
        coalesce(sum(s.calls), 0) AS total_api_calls,
        coalesce(sum(s.failed_calls), (SELECT b.no_failed_calls FROM platform_basis b)) AS failed_calls,
        coalesce(sum(s.total_tokens), 0) AS total_tokens,
        coalesce(sum(s.client_cost_usd), 0) AS total_cost_usd,
        coalesce(sum(s.client_cost_usd) / nullif(sum(s.jobs), 0), 0) AS avg_cost_per_job,
        coalesce(sum(s.provider_cost_usd),
            CASE WHEN coalesce(sum(s.client_cost_usd), 0) = 0 THEN 0 END) AS provider_cost_usd,
        -- Of the calls whose provider's cost is known: without it, all that the client pays would seem to be earned.
        coalesce(sum(s.margin_base_usd) - sum(s.provider_cost_usd),
            CASE WHEN coalesce(sum(s.client_cost_usd), 0) = 0 THEN 0 END) AS margin_usd,
        100 * (sum(s.margin_base_usd) - sum(s.provider_cost_usd)) / nullif(sum(s.margin_base_usd), 0) AS margin_percent,
        coalesce(sum(s.margin_calls), 0) AS margin_calls,
        sum(s.latency_ms)::numeric / nullif(sum(s.calls_with_latency), 0) AS avg_latency_ms,
        max(l.p95_latency_ms) AS p95_latency_ms,
        coalesce(sum(s.calls_with_latency), 0) AS calls_with_latency
    FROM buckets b
        LEFT JOIN team_sums s ON s.starts_at = b.starts_at
        LEFT JOIN latencies l ON l.starts_at = b.starts_at
    GROUP BY b.starts_at
),
-- What each figure has changed by against the row before, by its name.
changes AS NOT MATERIALIZED (
    SELECT
        f.starts_at,
        jsonb_object_agg(n.key, trim_scale(round(100.0 * (n.value::numeric - o.value::numeric)
            / nullif(abs(o.value::numeric), 0), 6))) AS percent
    FROM figures f
        JOIN figures p ON p.position = f.position - 1
        CROSS JOIN jsonb_each(to_jsonb(f)) AS n
        JOIN jsonb_each(to_jsonb(p)) AS o ON o.key = n.key
    WHERE jsonb_typeof(n.value) = 'number' AND jsonb_typeof(o.value) = 'number'
    GROUP BY f.starts_at
)
SELECT
    to_char(f.starts_at, CASE $9::text WHEN 'week' THEN 'IYYY-"W"IW' ELSE 'YYYY-MM' END) AS period,
    f.starts_at,
    f.total_jobs,
    (c.percent ->> 'total_jobs')::numeric AS total_jobs_trend_percent,
    f.completed_jobs,
    f.failed_jobs,
    trim_scale(round(f.success_rate_percent, 6)) AS success_rate_percent,
    (c.percent ->> 'success_rate_percent')::numeric AS success_rate_trend_percent,
    trim_scale(round(f.error_rate_percent, 6)) AS error_rate_percent,
    (c.percent ->> 'error_rate_percent')::numeric AS error_rate_trend_percent,
    f.active_teams,
    (c.percent ->> 'active_teams')::numeric AS active_teams_trend_percent,
    f.total_api_calls,
    (c.percent ->> 'total_api_calls')::numeric AS total_api_calls_trend_percent,
    f.failed_calls,
    (c.percent ->> 'failed_calls')::numeric AS failed_calls_trend_percent,
    f.total_tokens,
    (c.percent ->> 'total_tokens')::numeric AS total_tokens_trend_percent,
    trim_scale(f.total_cost_usd) AS total_cost_usd,
    (c.percent ->> 'total_cost_usd')::numeric AS total_cost_trend_percent,
    round(f.avg_cost_per_job, 4) AS avg_cost_per_job,
    (c.percent ->> 'avg_cost_per_job')::numeric AS avg_cost_per_job_trend_percent,
    trim_scale(f.provider_cost_usd) AS provider_cost_usd,
    (c.percent ->> 'provider_cost_usd')::numeric AS provider_cost_trend_percent,
    trim_scale(f.total_cost_usd) AS revenue_usd,
    trim_scale(f.margin_usd) AS margin_usd,
    (c.percent ->> 'margin_usd')::numeric AS margin_trend_percent,
    trim_scale(round(f.margin_percent, 6)) AS margin_percent,
    f.margin_calls,
    trim_scale(round(f.avg_latency_ms, 6)) AS avg_latency_ms,
    (c.percent ->> 'avg_latency_ms')::numeric AS avg_latency_trend_percent,
    f.p95_latency_ms,
    (c.percent ->> 'p95_latency_ms')::numeric AS p95_latency_trend_percent,
    f.calls_with_latency
FROM figures f
    LEFT JOIN changes c ON c.starts_at = f.starts_at
WHERE f.starts_at >= $10::timestamp
ORDER BY f.starts_at DESC;
