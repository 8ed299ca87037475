-- What "lm-usage team" has to say of the teams :'ids' (a JSON array) in the period from :'from' until before
-- :'to', one document a team, from the values of tests/independent/values.sql, which comes first.
SELECT jsonb_build_object(
    'team_id', team,
    'summary', (
        SELECT jsonb_build_object(
            'total_jobs', count(*),
            'successful_jobs', count(*) - count(nullif(status, 'completed')),
            'failed_jobs', count(*) - count(nullif(status, 'failed')),
            'cancelled_jobs', count(*) - count(nullif(status, 'cancelled')),
            'open_jobs', count(CASE WHEN status IN ('pending', 'in_progress') THEN 1 END),
            'success_rate_percent',
                round(avg(CASE status WHEN 'completed' THEN 100 WHEN 'failed' THEN 0 END), 6),
            'total_cost_usd', coalesce(sum(cost), 0),
            'provider_cost_usd', pg_temp.known(sum(provider), sum(cost)),
            'fallback_cost_calls', coalesce(sum(fallback_calls), 0),
            'total_tokens', coalesce(sum(tokens), 0),
            'avg_cost_per_job', coalesce(round(avg(cost), 4), 0)
        )
        FROM job_value
        WHERE team_id = team AND created_at >= :'from'::timestamp AND created_at < :'to'::timestamp
    ),
    'job_types', coalesce((
        SELECT jsonb_object_agg(type, (
            SELECT jsonb_build_object('count', count(*), 'cost_usd', sum(cost))
            FROM job_value
            WHERE team_id = team AND job_type = type
                AND created_at >= :'from'::timestamp AND created_at < :'to'::timestamp
        ))
        FROM (
            SELECT DISTINCT job_type
            FROM job_value
            WHERE team_id = team AND created_at >= :'from'::timestamp AND created_at < :'to'::timestamp
        ) types(type)
    ), '{}')
)
FROM jsonb_array_elements_text(:'ids') ids(team);
