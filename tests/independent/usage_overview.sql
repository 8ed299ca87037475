-- What "lm-usage overview" has to say at :now of the span from :shown_from until before :to, from the tables of
-- tests/independent/overview_figure.sql: section, place in it, and the members.
SELECT 'usage' AS section, 1 AS place, to_jsonb(d) AS document
FROM overview_figure f, overview_figure p, LATERAL (
    SELECT f.jobs AS total_jobs, pg_temp.change(f.jobs, p.jobs) AS total_jobs_trend_percent,
        t.today AS total_jobs_today, pg_temp.change(t.today, t.yesterday) AS total_jobs_today_trend_percent,
        t.month AS total_jobs_this_month, pg_temp.change(t.month, t.last_month) AS total_jobs_this_month_trend_percent,
        f.completed AS completed_jobs, pg_temp.change(f.completed, p.completed) AS completed_jobs_trend_percent,
        f.failed AS failed_jobs, pg_temp.change(f.failed, p.failed) AS failed_jobs_trend_percent,
        f.cancelled AS cancelled_jobs, pg_temp.change(f.cancelled, p.cancelled) AS cancelled_jobs_trend_percent,
        f.open AS open_jobs, pg_temp.change(f.open, p.open) AS open_jobs_trend_percent,
        f.teams AS active_teams, pg_temp.change(f.teams, p.teams) AS active_teams_trend_percent,
        f.calls AS total_api_calls, pg_temp.change(f.calls, p.calls) AS total_api_calls_trend_percent,
        f.tokens AS total_tokens, pg_temp.change(f.tokens, p.tokens) AS total_tokens_trend_percent
    FROM (
        SELECT
            (SELECT count(*) FROM job_asked WHERE created_at::date = n::date AND created_at < n) AS today,
            (SELECT count(*) FROM job_asked
                WHERE (created_at + interval '1 day')::date = n::date AND created_at + interval '1 day' < n) AS yesterday,
            (SELECT count(*) FROM job_asked WHERE left(created_at::text, 7) = left(n::text, 7) AND created_at < n) AS month,
            (SELECT count(*) FROM job_asked
                WHERE left(created_at::text, 7) = left((left(n::text, 7) || '-01')::date - 1 || '', 7)
                    AND created_at - date_trunc('month', created_at) < n - date_trunc('month', n)) AS last_month
        FROM (SELECT :now::timestamp) now(n)
    ) t
) d
WHERE f.name = 'shown' AND p.name = 'before'
UNION ALL
SELECT 'financial', 1, to_jsonb(d)
FROM overview_figure f, overview_figure p, LATERAL (
    SELECT f.cost AS total_cost_usd, pg_temp.change(f.cost, p.cost) AS total_cost_trend_percent,
        round(f.job_cost, 4) AS avg_cost_per_job, pg_temp.change(f.job_cost, p.job_cost) AS avg_cost_per_job_trend_percent,
        f.provider AS provider_cost_usd, pg_temp.change(f.provider, p.provider) AS provider_cost_trend_percent,
        f.cost AS revenue_usd, pg_temp.change(f.cost, p.cost) AS revenue_trend_percent,
        f.margin AS margin_usd, pg_temp.change(f.margin, p.margin) AS margin_trend_percent,
        round(f.margin / nullif(f.margin_base, 0) * 100, 6) AS margin_percent, f.margin_calls,
        f.fallback AS fallback_cost_calls,
        c.*, round(credits_used::numeric / nullif(credits_allocated, 0) * 100, 6) AS credits_used_percent,
        f.credits AS credits_spent, pg_temp.change(f.credits, p.credits) AS credits_spent_trend_percent,
        f.credits_sold, pg_temp.change(f.credits_sold, p.credits_sold) AS credits_sold_trend_percent
    FROM (
        SELECT sum(t.credits_allocated) AS credits_allocated, sum(t.credits_used) AS credits_used,
            sum(t.credits_allocated - t.credits_used) AS credits_remaining
        FROM team_credits t
        WHERE :all_kinds
            AND CASE WHEN (:teams)::text[] IS NULL THEN TRUE ELSE t.team_id = ANY ((:teams)::text[]) END
            AND CASE WHEN (:organizations)::text[] IS NULL THEN TRUE
                ELSE t.organization_id = ANY ((:organizations)::text[]) END
    ) c
) d
WHERE f.name = 'shown' AND p.name = 'before'
UNION ALL
SELECT 'performance', 1, to_jsonb(d)
FROM overview_figure f, overview_figure p, LATERAL (
    SELECT round(f.latency, 6) AS avg_latency_ms, pg_temp.change(f.latency, p.latency) AS avg_latency_trend_percent,
        f.p95 AS p95_latency_ms, pg_temp.change(f.p95, p.p95) AS p95_latency_trend_percent,
        f.latencies AS calls_with_latency,
        round(f.success, 6) AS success_rate_percent, pg_temp.change(f.success, p.success) AS success_rate_trend_percent,
        round(f.failure, 6) AS failure_rate_percent, pg_temp.change(f.failure, p.failure) AS failure_rate_trend_percent,
        f.completed + f.failed AS finished_jobs,
        round(f.error, 6) AS error_rate_percent, pg_temp.change(f.error, p.error) AS error_rate_trend_percent,
        f.failed_calls, pg_temp.change(f.failed_calls, p.failed_calls) AS failed_calls_trend_percent,
        round(f.calls_a_minute, 6) AS requests_per_minute,
        pg_temp.change(f.calls_a_minute, p.calls_a_minute) AS requests_per_minute_trend_percent
) d
WHERE f.name = 'shown' AND p.name = 'before'
UNION ALL
(
    SELECT 'cost_per_team', row_number() OVER (ORDER BY sum(cost) DESC, count(*) DESC, team_id), jsonb_build_object(
        'team_id', team_id, 'total_cost_usd', sum(cost),
        'share_percent', round(sum(cost) / nullif((SELECT sum(cost) FROM job_shown), 0) * 100, 6))
    FROM job_shown
    GROUP BY team_id
    ORDER BY 2
    LIMIT 10
)
UNION ALL
SELECT 'model_distribution', row_number() OVER (ORDER BY sum(calls) DESC, model_group), jsonb_build_object(
    'model_group_used', model_group, 'call_count', sum(calls),
    'share_percent', round(sum(calls) / (SELECT sum(calls) FROM part_shown) * 100, 6), 'failed_calls', sum(failed),
    'total_tokens', sum(tokens), 'total_cost_usd', coalesce(sum(cost), 0), 'avg_latency_ms', round(avg(latency), 6),
    'calls_with_latency', count(latency))
FROM part_shown
GROUP BY model_group
HAVING sum(calls) > 0
UNION ALL
SELECT 'errors_by_type', row_number() OVER (ORDER BY e.rate DESC NULLS LAST, total_jobs DESC, job_type),
    to_jsonb(e) - 'rate' || jsonb_build_object('error_rate_percent', round(rate, 6))
FROM (
    SELECT job_type, count(*) AS total_jobs, count(nullif(status = 'completed', FALSE)) AS completed_jobs,
        count(nullif(status = 'failed', FALSE)) AS failed_jobs,
        avg(CASE status WHEN 'completed' THEN 0 WHEN 'failed' THEN 100 END) AS rate
    FROM job_shown
    GROUP BY job_type
) e
UNION ALL
SELECT 'error_classes', row_number() OVER (ORDER BY sum(failed) DESC, error_class), jsonb_build_object(
    'error_class', error_class, 'failed_calls', sum(failed),
    'share_percent', round(sum(failed) / (SELECT sum(failed) FROM part_shown) * 100, 6))
FROM part_shown
WHERE failed > 0
GROUP BY error_class
UNION ALL
SELECT 'job_types', row_number() OVER (ORDER BY count(*) DESC, job_type), jsonb_build_object('job_type', job_type,
    'count', count(*), 'share_percent', round(count(*) * 100.0 / (SELECT count(*) FROM job_shown), 6))
FROM job_shown
GROUP BY job_type
UNION ALL
SELECT 'daily_usage', row_number() OVER (ORDER BY b.label), jsonb_build_object('date', b.label,
    'partial_day', NOT (b.first >= :shown_from AND b.next <= :to AND b.next <= :now::timestamp), 'jobs', count(status),
    'completed_jobs', count(nullif(status = 'completed', FALSE)), 'failed_jobs', count(nullif(status = 'failed', FALSE)),
    'total_cost_usd', coalesce(sum(cost), 0))
FROM pg_temp.buckets(:shown_from, :to, 'day') b
    LEFT JOIN job_shown ON created_at >= b.first AND created_at < b.next
GROUP BY b.label, b.first, b.next
UNION ALL
SELECT 'teams', row_number() OVER (ORDER BY total_cost_usd DESC, total_jobs DESC, team_id), to_jsonb(t)
    || jsonb_build_object('organization_name', (SELECT name FROM organizations WHERE organization_id = t.organization_id),
        'avg_latency_ms', (SELECT round(avg(latency), 6) FROM part_shown p WHERE p.team_id = t.team_id),
        'calls_with_latency', (SELECT count(latency) FROM part_shown p WHERE p.team_id = t.team_id))
FROM (
    SELECT j.team_id,
        CASE WHEN count(DISTINCT j.organization_id) = 1 THEN max(j.organization_id)
            ELSE (SELECT c.organization_id FROM team_credits c WHERE c.team_id = j.team_id) END AS organization_id,
        count(*) AS total_jobs, count(nullif(status = 'completed', FALSE)) AS completed_jobs,
        count(nullif(status = 'failed', FALSE)) AS failed_jobs,
        round(avg(CASE status WHEN 'completed' THEN 100 WHEN 'failed' THEN 0 END), 6) AS success_rate_percent,
        sum(calls) AS total_api_calls, sum(tokens) AS total_tokens, sum(cost) AS total_cost_usd
    FROM job_shown j
    GROUP BY j.team_id
) t
