-- lm-usage overview: one document with the figures of the monitoring dashboards. Jobs count where they were created, and
-- their calls with them. Follows the facts.
-- Parameters: those of the facts, and
-- $8::bigint      how many rows of each list; NULL: ten of cost_per_team, all of the others
-- $9::timestamp   the span shown begins here and ends at $2, or now while it is open
-- $10::timestamp  the span that it is compared with began at $1 and ended here
-- $11::timestamp  now
-- Returns section, and the columns of all sections. NAME_trend_percent: the change of NAME against the span compared with,
-- in percent of it; null where that is 0 or unknown.
, cells AS MATERIALIZED (
    SELECT
        f.created_at >= $9::timestamp AS is_present,
        f.created_at::date AS day,
        f.team_id,
        CASE WHEN f.jobs > 0 THEN f.job_type END AS job_type,
        f.model_group_used,
        f.error_class,
        min(f.organization_id) AS min_organization_id,
        max(f.organization_id) AS max_organization_id,
        sum(f.jobs) AS jobs,
        sum(f.completed_jobs) AS completed_jobs,
        sum(f.failed_jobs) AS failed_jobs,
        sum(f.cancelled_jobs) AS cancelled_jobs,
        sum(f.credits_used) AS credits_spent,
        sum(f.calls) AS calls,
        sum(f.failed_calls) AS failed_calls,
        sum(f.total_tokens) AS tokens,
        sum(f.client_cost_usd) AS client_cost_usd,
        sum(f.provider_cost_usd) AS provider_cost_usd,
        sum(f.client_cost_usd) FILTER (WHERE f.provider_cost_usd IS NOT NULL) AS margin_base_usd,
        sum(f.calls) FILTER (WHERE f.provider_cost_usd IS NOT NULL) AS margin_calls,
        sum(f.fallback_cost_calls) AS fallback_cost_calls,
        sum(f.latency_ms) AS latency_ms,
        count(f.latency_ms) AS calls_with_latency
    FROM job_facts f
    WHERE f.created_at < $10::timestamp OR f.created_at >= $9::timestamp
    GROUP BY 1, 2, 3, 4, 5, 6
),
-- Both spans have a row, and each day of the one shown, even without jobs.
filled AS NOT MATERIALIZED (
    SELECT c.* FROM cells c
    UNION ALL
    SELECT
        true, d.day::date, NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, 0, 0, 0, 0,
        NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, 0
    FROM generate_series(date_trunc('day', $9::timestamp), $2::timestamp - interval '1 microsecond', '1 day') AS d (day)
    UNION ALL
    SELECT
        p.is_present, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, 0, 0, 0, 0,
        NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, 0
    FROM (VALUES (true), (false)) AS p (is_present)
),
figures AS MATERIALIZED (
    SELECT
        f.is_present,
        CASE 0 WHEN grouping(f.day) THEN 'day' WHEN grouping(f.team_id) THEN 'team' WHEN grouping(f.job_type) THEN 'type'
            WHEN grouping(f.model_group_used) THEN 'model' WHEN grouping(f.error_class) THEN 'class' ELSE 'all' END AS kind,
        f.day, f.team_id, f.job_type, f.model_group_used, f.error_class,
        CASE WHEN min(f.min_organization_id) = max(f.max_organization_id) THEN min(f.min_organization_id) END
            AS organization_id,
        sum(f.jobs) AS jobs,
        sum(f.completed_jobs) AS completed_jobs,
        sum(f.failed_jobs) AS failed_jobs,
        sum(f.cancelled_jobs) AS cancelled_jobs,
        sum(f.jobs - f.completed_jobs - f.failed_jobs - f.cancelled_jobs) AS open_jobs,
        sum(f.completed_jobs + f.failed_jobs) AS finished_jobs,
        100.0 * sum(f.completed_jobs) / nullif(sum(f.completed_jobs + f.failed_jobs), 0) AS success_rate,
        100.0 * sum(f.failed_jobs) / nullif(sum(f.completed_jobs + f.failed_jobs), 0) AS failure_rate,
        sum(f.credits_spent) AS credits_spent,
        sum(f.calls) AS calls,
        coalesce(sum(f.failed_calls), (SELECT b.no_failed_calls FROM platform_basis b)) AS failed_calls,
        100.0 * sum(f.failed_calls) / nullif(sum(f.calls), 0) AS error_rate,
        coalesce(sum(f.tokens), 0) AS tokens,
        coalesce(sum(f.client_cost_usd), 0) AS cost,
        coalesce(sum(f.client_cost_usd) / nullif(sum(f.jobs), 0), 0) AS job_cost,
        coalesce(sum(f.provider_cost_usd), CASE WHEN coalesce(sum(f.client_cost_usd), 0) = 0 THEN 0 END) AS provider_cost,
        -- Of the calls whose provider's cost is known: without it, all that the client pays would seem to be earned.
        coalesce(sum(f.margin_base_usd) - sum(f.provider_cost_usd),
            CASE WHEN coalesce(sum(f.client_cost_usd), 0) = 0 THEN 0 END) AS margin,
        100 * (sum(f.margin_base_usd) - sum(f.provider_cost_usd)) / nullif(sum(f.margin_base_usd), 0) AS margin_percent,
        coalesce(sum(f.margin_calls), 0) AS margin_calls,
        sum(f.fallback_cost_calls) AS fallback_cost_calls,
        sum(f.latency_ms)::numeric / nullif(sum(f.calls_with_latency), 0) AS latency,
        sum(f.calls_with_latency) AS calls_with_latency
    FROM filled f
    GROUP BY GROUPING SETS ((f.is_present), (f.is_present, f.day), (f.is_present, f.team_id), (f.is_present, f.job_type),
        (f.is_present, f.model_group_used), (f.is_present, f.error_class))
),
latencies AS NOT MATERIALIZED (
    SELECT
        f.created_at >= $9::timestamp AS is_present,
        percentile_disc(0.95) WITHIN GROUP (ORDER BY f.latency_ms) AS p95_latency_ms
    FROM job_facts f
    WHERE f.latency_ms IS NOT NULL AND (f.created_at < $10::timestamp OR f.created_at >= $9::timestamp)
    GROUP BY 1
),
-- The two spans.
totals AS MATERIALIZED (
    SELECT
        f.*,
        f.calls * 60 / nullif(extract(epoch FROM d.ends_at - d.starts_at), 0) AS calls_a_minute,
        (SELECT count(*) FROM figures t WHERE t.kind = 'team' AND t.is_present = f.is_present AND t.jobs > 0) AS teams,
        (SELECT l.p95_latency_ms FROM latencies l WHERE l.is_present = f.is_present) AS p95_latency,
        (SELECT sum(p.credits_sold) FROM payment_facts p WHERE p.created_at >= d.starts_at AND p.created_at < d.ends_at)
            AS credits_sold
    FROM figures f
        JOIN (VALUES (true, $9::timestamp, $2::timestamp), (false, $1::timestamp, $10::timestamp))
            AS d (is_present, starts_at, ends_at) ON d.is_present = f.is_present
    WHERE f.kind = 'all'
),
-- The jobs of today and of this month, whatever the span; those of yesterday and of last month until as much of them had
-- passed.
recent AS MATERIALIZED (
    SELECT
        count(*) FILTER (WHERE j.created_at >= d.today) AS today,
        count(*) FILTER (WHERE j.created_at >= d.today - interval '1 day'
            AND j.created_at < $11::timestamp - interval '1 day') AS yesterday,
        count(*) FILTER (WHERE j.created_at >= d.month) AS month,
        count(*) FILTER (WHERE j.created_at >= d.month - interval '1 month'
            AND j.created_at < least(d.month, d.month - interval '1 month' + ($11::timestamp - d.month))) AS last_month
    FROM (SELECT date_trunc('day', $11::timestamp) AS today, date_trunc('month', $11::timestamp) AS month) AS d
        LEFT JOIN platform_jobs j ON j.created_at >= d.month - interval '1 month' AND j.created_at < $11::timestamp
),
-- As they stand now: no history of them is stored.
credits AS NOT MATERIALIZED (
    SELECT
        sum(t.credits_allocated) AS allocated, sum(t.credits_used) AS used, sum(t.credits_remaining) AS remaining,
        $5::text[] IS NULL AND $6::text[] IS NULL AND $7::text[] IS NULL AS are_known
    FROM credit_teams t
),
-- What each figure has changed by against the span compared with, by its name.
changes AS MATERIALIZED (
    SELECT
        jsonb_object_agg(n.key, trim_scale(round(100.0 * (n.value::numeric - o.value::numeric)
            / nullif(abs(o.value::numeric), 0), 6))) AS percent
    FROM totals t
        JOIN totals p ON t.is_present AND NOT p.is_present
        CROSS JOIN recent r
        CROSS JOIN jsonb_each(to_jsonb(t) || jsonb_build_object('credits_sold', coalesce(t.credits_sold, 0),
            'jobs_today', r.today, 'jobs_month', r.month)) AS n
        JOIN jsonb_each(to_jsonb(p) || jsonb_build_object('jobs_today', r.yesterday, 'jobs_month', r.last_month)) AS o
            ON o.key = n.key
    WHERE jsonb_typeof(n.value) = 'number' AND jsonb_typeof(o.value) = 'number'
),
sections AS NOT MATERIALIZED (
    SELECT
        s.position, s.section, s.most_rows, f.*,
        -- What its rows are sorted by, and have shares of.
        CASE s.measure WHEN 'cost' THEN f.cost WHEN 'calls' THEN f.calls WHEN 'jobs' THEN f.jobs
            WHEN 'failed calls' THEN f.failed_calls WHEN 'failure rate' THEN f.failure_rate END AS measure,
        CASE s.measure WHEN 'cost' THEN t.cost WHEN 'calls' THEN t.calls WHEN 'jobs' THEN t.jobs
            WHEN 'failed calls' THEN t.failed_calls END AS whole
    FROM (VALUES
            (1, 'usage', 'all', NULL, NULL), (2, 'financial', 'all', NULL, NULL), (3, 'performance', 'all', NULL, NULL),
            (4, 'cost_per_team', 'team', 'cost', 10), (5, 'model_distribution', 'model', 'calls', NULL),
            (6, 'errors_by_type', 'type', 'failure rate', NULL), (7, 'error_classes', 'class', 'failed calls', NULL),
            (8, 'job_types', 'type', 'jobs', NULL), (9, 'daily_usage', 'day', NULL, NULL), (10, 'teams', 'team', 'cost', NULL)
        ) AS s (position, section, kind, measure, most_rows)
        JOIN figures f ON f.kind = s.kind AND f.is_present
        JOIN totals t ON t.is_present
    WHERE CASE s.kind WHEN 'team' THEN f.jobs > 0 WHEN 'type' THEN f.jobs > 0 WHEN 'model' THEN f.calls > 0
        WHEN 'class' THEN f.failed_calls > 0 WHEN 'day' THEN f.day IS NOT NULL ELSE true END
),
ranked AS NOT MATERIALIZED (
    SELECT
        s.*,
        row_number() OVER (PARTITION BY s.position ORDER BY s.day, s.measure DESC NULLS LAST,
            CASE WHEN s.kind IN ('team', 'type') THEN s.jobs END DESC, s.team_id, s.job_type, s.model_group_used,
            s.error_class) AS rank
    FROM sections s
)
SELECT
    s.section,
    to_char(s.day, 'YYYY-MM-DD') AS date,
    s.day < $9::timestamp OR s.day + interval '1 day' > least($2::timestamp, $11::timestamp) AS partial_day,
    s.team_id,
    -- That of its jobs, unless they belong to several.
    coalesce(s.organization_id, y.organization_id) AS organization_id,
    o.organization_name,
    s.job_type,
    s.model_group_used,
    s.error_class,
    trim_scale(round(100 * s.measure / nullif(s.whole, 0), 6)) AS share_percent,
    s.jobs,
    s.jobs AS count,
    s.calls AS call_count,
    s.jobs AS total_jobs,
    (d.percent ->> 'jobs')::numeric AS total_jobs_trend_percent,
    r.today AS total_jobs_today,
    (d.percent ->> 'jobs_today')::numeric AS total_jobs_today_trend_percent,
    r.month AS total_jobs_this_month,
    (d.percent ->> 'jobs_month')::numeric AS total_jobs_this_month_trend_percent,
    s.completed_jobs,
    (d.percent ->> 'completed_jobs')::numeric AS completed_jobs_trend_percent,
    s.failed_jobs,
    (d.percent ->> 'failed_jobs')::numeric AS failed_jobs_trend_percent,
    s.cancelled_jobs,
    (d.percent ->> 'cancelled_jobs')::numeric AS cancelled_jobs_trend_percent,
    s.open_jobs,
    (d.percent ->> 'open_jobs')::numeric AS open_jobs_trend_percent,
    t.teams AS active_teams,
    (d.percent ->> 'teams')::numeric AS active_teams_trend_percent,
    s.calls AS total_api_calls,
    (d.percent ->> 'calls')::numeric AS total_api_calls_trend_percent,
    s.tokens AS total_tokens,
    (d.percent ->> 'tokens')::numeric AS total_tokens_trend_percent,
    trim_scale(s.cost) AS total_cost_usd,
    (d.percent ->> 'cost')::numeric AS total_cost_trend_percent,
    round(t.job_cost, 4) AS avg_cost_per_job,
    (d.percent ->> 'job_cost')::numeric AS avg_cost_per_job_trend_percent,
    trim_scale(t.provider_cost) AS provider_cost_usd,
    (d.percent ->> 'provider_cost')::numeric AS provider_cost_trend_percent,
    trim_scale(t.cost) AS revenue_usd,
    (d.percent ->> 'cost')::numeric AS revenue_trend_percent,
    trim_scale(t.margin) AS margin_usd,
    (d.percent ->> 'margin')::numeric AS margin_trend_percent,
    trim_scale(round(t.margin_percent, 6)) AS margin_percent,
    t.margin_calls,
    t.fallback_cost_calls,
    c.allocated AS credits_allocated,
    c.used AS credits_used,
    c.remaining AS credits_remaining,
    trim_scale(round(100.0 * c.used / nullif(c.allocated, 0), 6)) AS credits_used_percent,
    t.credits_spent,
    (d.percent ->> 'credits_spent')::numeric AS credits_spent_trend_percent,
    CASE WHEN c.are_known THEN coalesce(t.credits_sold, 0) END AS credits_sold,
    (d.percent ->> 'credits_sold')::numeric AS credits_sold_trend_percent,
    trim_scale(round(s.latency, 6)) AS avg_latency_ms,
    (d.percent ->> 'latency')::numeric AS avg_latency_trend_percent,
    t.p95_latency AS p95_latency_ms,
    (d.percent ->> 'p95_latency')::numeric AS p95_latency_trend_percent,
    s.calls_with_latency,
    trim_scale(round(s.success_rate, 6)) AS success_rate_percent,
    (d.percent ->> 'success_rate')::numeric AS success_rate_trend_percent,
    trim_scale(round(t.failure_rate, 6)) AS failure_rate_percent,
    (d.percent ->> 'failure_rate')::numeric AS failure_rate_trend_percent,
    t.finished_jobs,
    -- Of job types, failed jobs out of those that ended well or badly; else failed calls out of all calls.
    trim_scale(round(CASE s.kind WHEN 'type' THEN s.failure_rate ELSE s.error_rate END, 6)) AS error_rate_percent,
    (d.percent ->> 'error_rate')::numeric AS error_rate_trend_percent,
    s.failed_calls,
    (d.percent ->> 'failed_calls')::numeric AS failed_calls_trend_percent,
    trim_scale(round(t.calls_a_minute, 6)) AS requests_per_minute,
    (d.percent ->> 'calls_a_minute')::numeric AS requests_per_minute_trend_percent
FROM ranked s
    JOIN totals t ON t.is_present
    CROSS JOIN changes d
    CROSS JOIN recent r
    CROSS JOIN credits c
    LEFT JOIN platform_teams y ON y.team_id = s.team_id
    LEFT JOIN platform_organizations o ON o.organization_id = coalesce(s.organization_id, y.organization_id)
WHERE s.kind = 'all' OR s.rank <= coalesce($8::bigint, s.most_rows, s.rank)
ORDER BY s.position, s.rank;
