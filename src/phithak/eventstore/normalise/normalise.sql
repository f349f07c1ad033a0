-- How text is read in DuckDB: the moment of an event, lines of web servers and syslog, raw events without what
-- stands in their columns. times.py and engines/sigma/normalise are the reference; what these macros leave NULL is
-- read there.

-- Microseconds behind the second, from digits such as 123 or 123456789.
CREATE MACRO micros_of(digits) AS coalesce(rpad(left(digits, 6), 6, '0')::BIGINT, 0);

-- A date with a year of the Buddhist era as one of ours: no Gregorian year of ours is 2400 or more.
CREATE MACRO gregorian(text) AS
    CASE WHEN left(text, 4)::INTEGER >= 2400
         THEN lpad((left(text, 4)::INTEGER - 543)::VARCHAR, 4, '0') || substr(text, 5) ELSE text END;

CREATE MACRO second_of(text) AS epoch_us(try_cast(gregorian(text) AS TIMESTAMP));

-- What stands behind the seconds of an ISO moment: the fraction's digits, then the zone.
CREATE MACRO fraction_of(text) AS
    CASE WHEN substr(text, 20, 1) IN ('.', ',') THEN regexp_extract(substr(text, 21), '^[0-9]+') END;
CREATE MACRO zone_of(text) AS
    ltrim(CASE WHEN substr(text, 20, 1) IN ('.', ',') THEN ltrim(substr(text, 21), '0123456789')
               ELSE substr(text, 20) END, ' ');

-- Minutes east of UTC of a zone as it is written; NULL for none.
CREATE MACRO minutes_of(zone) AS
    CASE WHEN zone = '' THEN NULL
         WHEN zone IN ('Z', 'UTC', 'GMT') THEN 0
         ELSE (CASE WHEN zone[1] = '-' THEN -1 ELSE 1 END)
              * (substr(zone, 2, 2)::INTEGER * 60
                 + CASE WHEN length(zone) > 3 THEN right(zone, 2)::INTEGER ELSE 0 END) END;

CREATE MACRO month_of(name) AS
    list_position(['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'], name);

CREATE MACRO dated(year, name, day, clock) AS
    epoch_us(try_cast(lpad(year::VARCHAR, 4, '0') || '-' || lpad(month_of(name)::VARCHAR, 2, '0') || '-'
                      || lpad(ltrim(day, ' '), 2, '0') || ' ' || clock AS TIMESTAMP));

-- The year that puts a moment without one nearest to its receipt; of two as near the earlier.
CREATE MACRO nearest(text, received, zone) AS
    list_first(list_sort([
        {'far': abs(us - zone * 60000000::BIGINT - received), 'us': us - zone * 60000000::BIGINT}
        for us in [dated(1970 + received // 31556952000000 + more, left(text, 3), substr(text, 5, 2), right(text, 8))
                   for more in [-1, 0, 1]]
        if us IS NOT NULL])).us;

-- Moment in µs and its flag, before its bounds are looked at; NULL where the text is of another form.
CREATE MACRO read_moment(text, tail, received, zone, utc) AS
    CASE
    WHEN regexp_full_match(text, '[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]([01][0-9]|2[0-3]):[0-9]{2}:[0-5][0-9]([.,][0-9]{1,9})? *(Z|UTC|GMT|[+-][0-9]{2}(:?[0-9]{2})?)?')
    THEN {'us': second_of(left(text, 19)) + micros_of(fraction_of(text))
              - coalesce(minutes_of(tail), CASE WHEN utc THEN 0 ELSE zone END) * 60000000::BIGINT,
          'flag': CASE WHEN left(text, 4)::INTEGER >= 2400 THEN 'buddhist'
                       WHEN tail <> '' OR utc THEN '' ELSE 'zone' END}
    WHEN regexp_full_match(text, '[0-9]{9,10}([.][0-9]{1,9})?')
    THEN {'us': split_part(text, '.', 1)::BIGINT * 1000000 + micros_of(split_part(text, '.', 2)), 'flag': ''}
    WHEN regexp_full_match(text, '[0-9]{13}|[0-9]{16}|[0-9]{19}')
    THEN {'us': rpad(left(text, 16), 16, '0')::BIGINT, 'flag': ''}
    WHEN regexp_full_match(text, '[0-9]{2}/[A-Z][a-z]{2}/[0-9]{4}:([01][0-9]|2[0-3]):[0-9]{2}:[0-5][0-9] [+-][0-9]{4}')
    THEN {'us': dated(substr(text, 8, 4), substr(text, 4, 3), left(text, 2), substr(text, 13, 8))
              - minutes_of(right(text, 5)) * 60000000::BIGINT, 'flag': ''}
    WHEN regexp_full_match(text, '[A-Z][a-z]{2} [ 0-9][0-9] ([01][0-9]|2[0-3]):[0-9]{2}:[0-5][0-9]')
    THEN {'us': nearest(text, received, zone), 'flag': 'year'}
    END;

-- As times.moment: out of 1990 to a day after receipt gives the moment of receipt.
CREATE MACRO bounded(found, received) AS
    CASE WHEN found.us >= 631152000000000 AND found.us <= received + 86400000000 THEN found
         WHEN found.us IS NOT NULL THEN {'us': received, 'flag': 'odd'} END;

CREATE MACRO moment_of(text, found, received) AS
    CASE WHEN text IS NULL OR text = '' THEN {'us': received, 'flag': 'missing'} ELSE bounded(found, received) END;

-- Whether valid JSON is such that strict readers take it too: no comma before an end, no odd spelling of
-- not-a-number.
CREATE MACRO is_strict(raw) AS
    NOT regexp_matches(raw, ',\s*[}\]]')
    AND (CASE WHEN contains(raw, 'nan') OR contains(raw, 'inf') OR contains(raw, 'Inf')
              THEN NOT regexp_matches(raw, '[:,\[]\s*-?(?i:nan|inf|infinity)\s*[,}\]]') ELSE true END);

-- A raw event without its longest columns: each stands there as one sign, so that it is stored once.
CREATE MACRO shortened(raw, hashes, src_ip, dst_ip) AS
    replace(replace(replace(raw, coalesce(hashes, chr(1)), chr(1)), coalesce(src_ip, chr(2)), chr(2)),
            coalesce(dst_ip, chr(3)), chr(3));
CREATE MACRO lengthened(raw, hashes, src_ip, dst_ip) AS
    replace(replace(replace(raw, chr(3), coalesce(dst_ip, chr(3))), chr(2), coalesce(src_ip, chr(2))),
            chr(1), coalesce(hashes, chr(1)));
-- Whether it comes back bit for bit: neither the event nor these columns hold one of those signs.
CREATE MACRO holds_signs(text) AS regexp_matches(text, '[\x01-\x03]');
CREATE MACRO is_short(raw, residue, hashes, src_ip, dst_ip) AS
    residue <> raw AND NOT holds_signs(concat(hashes, src_ip, dst_ip));

-- The raw event of a row as it was received.
CREATE MACRO raw_of(short, raw, hashes, src_ip, dst_ip) AS
    CASE WHEN short THEN encode(lengthened(decode(raw), hashes, src_ip, dst_ip)) ELSE raw END;
