-- What "lm-usage org" has to say of the organizations :'ids' (a JSON array) in the period from :'from' until
-- before :'to', one document an organization, from the values of tests/independent/values.sql, which comes
-- first.
SELECT jsonb_build_object(
    'organization_id', org,
    'summary', (
        SELECT jsonb_build_object(
            'total_jobs', count(*),
            'completed_jobs', count(*) - count(nullif(status, 'completed')),
            'failed_jobs', count(*) - count(nullif(status, 'failed')),
            'cancelled_jobs', count(*) - count(nullif(status, 'cancelled')),
            'open_jobs', count(CASE WHEN status IN ('pending', 'in_progress') THEN 1 END),
            'success_rate_percent',
                round(avg(CASE status WHEN 'completed' THEN 100 WHEN 'failed' THEN 0 END), 6),
            'credits_used', coalesce(sum(credits), 0),
            'total_cost_usd', coalesce(sum(cost), 0),
            'provider_cost_usd', pg_temp.known(sum(provider), sum(cost)),
            'fallback_cost_calls', coalesce(sum(fallback_calls), 0),
            'total_tokens', coalesce(sum(tokens), 0)
        )
        FROM job_value
        WHERE organization_id = org AND created_at >= :'from'::timestamp AND created_at < :'to'::timestamp
    ),
    'teams', coalesce((
        SELECT jsonb_object_agg(team, (
            SELECT jsonb_build_object('jobs', count(*), 'credits_used', sum(credits))
            FROM job_value
            WHERE organization_id = org AND team_id = team
                AND created_at >= :'from'::timestamp AND created_at < :'to'::timestamp
        ))
        FROM (
            SELECT DISTINCT team_id
            FROM job_value
            WHERE organization_id = org AND created_at >= :'from'::timestamp AND created_at < :'to'::timestamp
        ) teams(team)
    ), '{}')
)
FROM jsonb_array_elements_text(:'ids') ids(org);
