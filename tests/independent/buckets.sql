-- The hours, days, ISO weeks or months that a span touches, and what they are called, by arithmetic on dates.
CREATE FUNCTION pg_temp.buckets(span_from timestamp, span_to timestamp, word text)
RETURNS TABLE (first timestamp, next timestamp, label text) LANGUAGE sql AS $$
    WITH RECURSIVE b AS (
        SELECT CASE word
            WHEN 'hour' THEN span_from::date + make_interval(hours => extract(hour FROM span_from)::integer)
            WHEN 'day' THEN span_from::date
            WHEN 'week' THEN span_from::date - (extract(isodow FROM span_from)::integer - 1)
            WHEN 'month' THEN make_date(extract(year FROM span_from)::integer, extract(month FROM span_from)::integer, 1)
            END AS first
        WHERE span_from < span_to
        UNION ALL
        SELECT b.first + ('1 ' || word)::interval FROM b WHERE b.first + ('1 ' || word)::interval < span_to
    )
    SELECT b.first, b.first + ('1 ' || word)::interval, CASE word
        WHEN 'hour' THEN b.first::date || 'T' || lpad(extract(hour FROM b.first)::text, 2, '0')
        WHEN 'day' THEN b.first::date::text
        WHEN 'week' THEN extract(isoyear FROM b.first) || '-W' || lpad(extract(week FROM b.first)::text, 2, '0')
        WHEN 'month' THEN left(b.first::date::text, 7)
        END
    FROM b
$$;
