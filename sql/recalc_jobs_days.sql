-- lm-recalc jobs: how many rows of each day would be stored. Follows recalc_jobs.sql, for several days at once: to read them
-- together costs less, and days on which nothing differs need no more.
-- Returns the columns of recalc_jobs_write.sql, for each day with jobs.
SELECT
    to_char(c.created_at, 'YYYY-MM-DD') AS period,
    count(*) FILTER (WHERE c.change <> 'without calls') AS jobs,
    count(*) FILTER (WHERE c.change = 'insert') AS inserted,
    count(*) FILTER (WHERE c.change = 'update') AS updated,
    count(*) FILTER (WHERE c.change = 'unchanged') AS unchanged,
    count(*) FILTER (WHERE c.change = 'archived') AS archived,
    count(*) FILTER (WHERE c.change = 'overflow') AS failed
FROM compared c
GROUP BY 1;
