-- The figures of "lm-usage overview" of the span from :shown_from until before :to, named shown, and of the one from :from
-- until before :compared_to, named before, as the table overview_figure; and the tables job_shown and part_shown.
DROP TABLE IF EXISTS job_shown, part_shown, overview_figure;
CREATE TEMPORARY TABLE job_shown AS SELECT * FROM job_in WHERE created_at >= :shown_from;
CREATE TEMPORARY TABLE part_shown AS SELECT * FROM part_in WHERE created_at >= :shown_from;
CREATE TEMPORARY TABLE overview_figure AS
SELECT s.name, j.*, p.*,
    CASE WHEN :all_kinds THEN (
        SELECT coalesce(sum(credits), 0) FROM sold_in WHERE created_at >= s.first AND created_at < s.next
    ) END AS credits_sold,
    p.calls / (extract(epoch FROM s.next) - extract(epoch FROM s.first)) * 60 AS calls_a_minute
FROM (VALUES ('shown', :shown_from::timestamp, :to::timestamp), ('before', :from, :compared_to)) s(name, first, next),
    LATERAL (
        SELECT count(*) AS jobs, count(nullif(status = 'completed', FALSE)) AS completed,
            count(nullif(status = 'failed', FALSE)) AS failed, count(nullif(status = 'cancelled', FALSE)) AS cancelled,
            count(nullif(status IN ('pending', 'in_progress'), FALSE)) AS open,
            avg(CASE status WHEN 'completed' THEN 100 WHEN 'failed' THEN 0 END) AS success,
            avg(CASE status WHEN 'completed' THEN 0 WHEN 'failed' THEN 100 END) AS failure,
            count(DISTINCT team_id) AS teams, coalesce(avg(cost), 0) AS job_cost, coalesce(sum(credits), 0) AS credits
        FROM job_in
        WHERE created_at >= s.first AND created_at < s.next
    ) j,
    LATERAL (
        SELECT coalesce(sum(calls), 0) AS calls, coalesce(sum(part_in.failed), pg_temp.nothing('error')) AS failed_calls,
            sum(part_in.failed) * 100 / nullif(sum(calls), 0) AS error,
            coalesce(sum(tokens), 0) AS tokens, coalesce(sum(cost), 0) AS cost,
            pg_temp.known(sum(provider), sum(cost)) AS provider,
            pg_temp.known(sum(cost - provider), sum(cost)) AS margin,
            sum(CASE WHEN provider IS NOT NULL THEN cost END) AS margin_base,
            coalesce(sum(CASE WHEN provider IS NOT NULL THEN calls END), 0) AS margin_calls,
            coalesce(sum(fallback), 0) AS fallback, avg(latency) AS latency, count(latency) AS latencies,
            pg_temp.observed(array_agg(latency ORDER BY latency) FILTER (WHERE latency >= 0), 0.95) AS p95
        FROM part_in
        WHERE created_at >= s.first AND created_at < s.next
    ) p;
