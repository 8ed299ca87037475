-- Compares the documents of the tables ours (verb, period, document json) and theirs (the same, jsonb), and
-- prints a line for each figure that differs and for each id that is not answered once. Nothing when all is
-- equal. As jsonb the numbers of both are numeric, so each digit counts.
WITH RECURSIVE id AS (
    SELECT 'ours' AS whose, verb, period, document::jsonb AS document FROM ours
    UNION ALL
    SELECT 'theirs', verb, period, document FROM theirs
), answer AS (
    SELECT id.*, coalesce(document ->> 'team_id', document ->> 'organization_id') AS subject FROM id
), different AS (
    SELECT a.*
    FROM answer a
    WHERE NOT EXISTS (
        SELECT FROM answer b
        WHERE b.whose <> a.whose AND (b.verb, b.period, b.subject, b.document)
            = (a.verb, a.period, a.subject, a.document)
    )
), figure AS (
    SELECT whose, verb, period, subject, ARRAY[]::text[] AS path, document AS value FROM different
    UNION ALL
    SELECT f.whose, f.verb, f.period, f.subject, f.path || e.key, e.value
    FROM figure f, jsonb_each(f.value) e
    WHERE jsonb_typeof(f.value) = 'object'
), leaf AS (
    SELECT * FROM figure WHERE jsonb_typeof(value) <> 'object' OR value = '{}'
)
SELECT format('differs: %s %s %s: %s ours %s theirs %s', verb, to_json(subject), period, to_json(path),
    coalesce(o.value::text, 'nothing'), coalesce(t.value::text, 'nothing'))
FROM (SELECT * FROM leaf WHERE whose = 'ours') o
FULL JOIN (SELECT * FROM leaf WHERE whose = 'theirs') t USING (verb, period, subject, path)
WHERE o.value IS DISTINCT FROM t.value
ORDER BY verb, subject, period, path;

SELECT format('answered %s times: %s %s %s', count(*), verb, period, to_json(subject))
FROM (SELECT verb, period, coalesce(document ->> 'team_id', document ->> 'organization_id') FROM ours)
    answers(verb, period, subject)
GROUP BY verb, period, subject
HAVING count(*) <> 1;

-- A key that comes twice is one key in jsonb.
SELECT format('key twice: %s %s %s', verb, period, document)
FROM ours,
    LATERAL (SELECT coalesce(document -> 'job_types', document -> 'teams')) list(entries)
WHERE (SELECT count(*) FROM json_object_keys(document))
        <> (SELECT count(*) FROM jsonb_object_keys(document::jsonb))
    OR (SELECT count(*) FROM json_object_keys(entries))
        <> (SELECT count(*) FROM jsonb_object_keys(entries::jsonb));

SELECT 'no answers were compared' WHERE NOT EXISTS (SELECT FROM ours) OR NOT EXISTS (SELECT FROM theirs);
