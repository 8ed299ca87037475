-- What "lm-usage review --by" :by has to say from :shown_from on, from the tables of tests/independent/asked.sql.
SELECT f.period, f.starts_at,
    f.total_jobs, pg_temp.change(f.total_jobs, p.total_jobs) AS total_jobs_trend_percent,
    f.completed_jobs, f.failed_jobs,
    round(f.success, 6) AS success_rate_percent, pg_temp.change(f.success, p.success) AS success_rate_trend_percent,
    round(f.error, 6) AS error_rate_percent, pg_temp.change(f.error, p.error) AS error_rate_trend_percent,
    f.active_teams, pg_temp.change(f.active_teams, p.active_teams) AS active_teams_trend_percent,
    f.calls AS total_api_calls, pg_temp.change(f.calls, p.calls) AS total_api_calls_trend_percent,
    f.failed_calls, pg_temp.change(f.failed_calls, p.failed_calls) AS failed_calls_trend_percent,
    f.tokens AS total_tokens, pg_temp.change(f.tokens, p.tokens) AS total_tokens_trend_percent,
    f.cost AS total_cost_usd, pg_temp.change(f.cost, p.cost) AS total_cost_trend_percent,
    round(f.job_cost, 4) AS avg_cost_per_job, pg_temp.change(f.job_cost, p.job_cost) AS avg_cost_per_job_trend_percent,
    f.provider AS provider_cost_usd, pg_temp.change(f.provider, p.provider) AS provider_cost_trend_percent,
    f.cost AS revenue_usd,
    f.margin AS margin_usd, pg_temp.change(f.margin, p.margin) AS margin_trend_percent,
    round(f.margin / nullif(f.margin_base, 0) * 100, 6) AS margin_percent,
    f.margin_calls,
    round(f.latency, 6) AS avg_latency_ms, pg_temp.change(f.latency, p.latency) AS avg_latency_trend_percent,
    f.p95 AS p95_latency_ms, pg_temp.change(f.p95, p.p95) AS p95_latency_trend_percent,
    f.latencies AS calls_with_latency
FROM review_figure f LEFT JOIN review_figure p ON p.starts_at + ('1 ' || :'by')::interval = f.starts_at
WHERE f.starts_at >= :shown_from
ORDER BY f.starts_at DESC
