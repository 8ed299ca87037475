-- What "lm-usage summaries" has to say, from the stored rows themselves.
SELECT team_id, period, period_type, total_jobs, successful_jobs, failed_jobs,
    (to_jsonb(s) ->> 'cancelled_jobs')::integer AS cancelled_jobs, total_cost_usd, total_tokens,
    job_type_breakdown::text AS job_type_breakdown, (to_jsonb(s) ->> 'calculated_at')::timestamp AS calculated_at
FROM team_usage_summaries s,
    LATERAL (SELECT CASE period_type WHEN 'monthly' THEN to_timestamp(period, 'YYYY-MM') ELSE to_timestamp(period, 'YYYY-MM-DD')
        END::timestamp) f(first)
WHERE :all_kinds AND f.first >= :from AND f.first < :to
    AND CASE WHEN (:teams)::text[] IS NULL THEN TRUE ELSE team_id = ANY ((:teams)::text[]) END
    AND CASE WHEN (:organizations)::text[] IS NULL THEN TRUE
        ELSE team_id IN (SELECT t.team_id FROM team_credits t WHERE t.organization_id = ANY ((:organizations)::text[])) END
ORDER BY period DESC, total_cost_usd DESC NULLS LAST, team_id
