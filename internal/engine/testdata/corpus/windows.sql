-- row numbers within a parent
SELECT user_pool_id, client_id, row_number() OVER (PARTITION BY user_pool_id ORDER BY client_id) FROM {clients};

-- rank with ties
SELECT region, function_name, rank() OVER w, dense_rank() OVER w
FROM {functions} WINDOW w AS (PARTITION BY region ORDER BY memory_size DESC);

-- a running total
SELECT region, function_name, sum(memory_size) OVER (PARTITION BY region ORDER BY function_name ROWS UNBOUNDED PRECEDING) FROM {functions};

-- the row before and after
SELECT region, bucket_name, lag(bucket_name) OVER w, lead(bucket_name, 2, 'none') OVER w
FROM {bucket_names} WINDOW w AS (PARTITION BY region ORDER BY bucket_name);

-- first and last value over a frame
SELECT instance_id, first_value(instance_id) OVER w, last_value(instance_id) OVER w, nth_value(instance_id, 2) OVER w
FROM {instances}
WINDOW w AS (PARTITION BY region, instance_type ORDER BY instance_id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING);

-- range frame over numbers with NULLs
SELECT client_id, user_pool_id, count(*) OVER (ORDER BY access_token_validity RANGE BETWEEN 5 PRECEDING AND CURRENT ROW) FROM {clients};

-- groups frame that leaves ties out
SELECT region, function_name, count(*) OVER (ORDER BY timeout GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE TIES) FROM {functions};

-- the first of each group by a window in a subquery
SELECT region, bucket_name, website_url FROM
  (SELECT *, row_number() OVER (PARTITION BY region, website_url ORDER BY bucket_name) AS n FROM {buckets}) WHERE n = 1;

-- a window over groups
SELECT region, website_url, count(*), sum(count(*)) OVER (PARTITION BY region), rank() OVER (ORDER BY count(*) DESC)
FROM {buckets} GROUP BY region, website_url;

-- a window over a join
SELECT p.user_pool_id, c.client_id, count(c.client_id) OVER (PARTITION BY p.user_pool_name)
FROM {pools} p LEFT JOIN {clients} c ON c.user_pool_id = p.user_pool_id;

-- ntile and percent_rank
SELECT bucket_name, ntile(4) OVER (ORDER BY bucket_name), round(percent_rank() OVER (ORDER BY bucket_name), 6) FROM {bucket_names};

-- a window with FILTER
SELECT instance_id, count(*) FILTER (WHERE monitoring) OVER (PARTITION BY vpc_id) FROM {instances};

-- ordered by a window
-- in order
SELECT function_name, region FROM {functions} ORDER BY row_number() OVER (ORDER BY region DESC, function_name) LIMIT 9;
