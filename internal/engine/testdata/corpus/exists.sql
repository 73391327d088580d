-- exists
SELECT user_pool_id FROM {pools} p
WHERE EXISTS (SELECT 1 FROM {clients} c WHERE c.user_pool_id = p.user_pool_id AND c.generate_secret);

-- not exists
SELECT user_pool_id FROM {pools} p
WHERE NOT EXISTS (SELECT 1 FROM {clients} c WHERE c.user_pool_id = p.user_pool_id);

-- exists in exists
SELECT vpc_id FROM {vpcs} v
WHERE EXISTS (SELECT 1 FROM {subnets} s WHERE s.vpc_id = v.vpc_id
  AND EXISTS (SELECT 1 FROM {instances} i WHERE i.subnet_id = s.subnet_id AND i.instance_type = 'm5.large'));

-- not exists in not exists: all subnets have an instance
SELECT vpc_id FROM {vpcs} v
WHERE NOT EXISTS (SELECT 1 FROM {subnets} s WHERE s.vpc_id = v.vpc_id
  AND NOT EXISTS (SELECT 1 FROM {instances} i WHERE i.subnet_id = s.subnet_id AND i.monitoring));

-- exists that looks two levels up
SELECT p.user_pool_id FROM {pools} p
WHERE EXISTS (SELECT 1 FROM {groups} g WHERE g.user_pool_id = p.user_pool_id
  AND EXISTS (SELECT 1 FROM {clients} c WHERE c.user_pool_id = p.user_pool_id AND c.access_token_validity = g.precedence));

-- exists by key
SELECT bucket FROM {policies} p
WHERE EXISTS (SELECT 1 FROM {buckets} b WHERE b.bucket_name = p.bucket AND b.region = p.region AND b.website_url = 'http://a.example');

-- not exists by key
SELECT region, bucket FROM {policies} p
WHERE NOT EXISTS (SELECT 1 FROM {bucket_names} b WHERE b.bucket_name = p.bucket AND b.region = p.region);

-- exists or exists
SELECT user_pool_id FROM {pools} p
WHERE EXISTS (SELECT 1 FROM {domains} d WHERE d.user_pool_id = p.user_pool_id)
  OR EXISTS (SELECT 1 FROM {groups} g WHERE g.user_pool_id = p.user_pool_id AND g.group_name = 'viewers');

-- exists in a result column
SELECT function_name, region, EXISTS (SELECT 1 FROM {log_groups} l WHERE l.log_group_name = '/aws/lambda/' || f.function_name AND l.region = f.region) AS logs
FROM {functions} f;

-- exists that does not depend on the row
SELECT count(*) FROM {vpcs} WHERE EXISTS (SELECT 1 FROM {buckets} WHERE bucket_name = 'logs-0-00');

-- exists in a join condition
SELECT a.subnet_id, b.subnet_id
FROM {subnets} a JOIN {subnets} b ON a.vpc_id = b.vpc_id AND a.subnet_id < b.subnet_id
  AND EXISTS (SELECT 1 FROM {instances} i WHERE i.subnet_id = b.subnet_id AND i.instance_type = 't3.large');

-- exists with a union
SELECT user_pool_id FROM {pools} p
WHERE EXISTS (SELECT 1 FROM {groups} g WHERE g.user_pool_id = p.user_pool_id AND g.group_name = 'viewers'
  UNION ALL SELECT 1 FROM {clients} c WHERE c.user_pool_id = p.user_pool_id AND c.client_name = 'mobile');

-- exists of groups
SELECT vpc_id FROM {vpcs} v
WHERE EXISTS (SELECT subnet_id FROM {instances} i WHERE i.vpc_id = v.vpc_id GROUP BY subnet_id HAVING count(*) > 3);

-- exists over a join
SELECT function_name, region FROM {functions} f
WHERE NOT EXISTS (SELECT 1 FROM {log_groups} l JOIN {vpcs} v ON v.region = l.region WHERE l.log_group_name LIKE '%' || f.function_name AND l.region = f.region AND v.enable_dns_support);

-- three levels, the innermost looks at all of them
SELECT v.vpc_id FROM {vpcs} v WHERE EXISTS (SELECT 1 FROM {subnets} s WHERE s.vpc_id = v.vpc_id AND EXISTS (
  SELECT 1 FROM {instances} i WHERE i.subnet_id = s.subnet_id AND i.region = v.region AND NOT EXISTS (
    SELECT 1 FROM {instances} o WHERE o.vpc_id = v.vpc_id AND o.subnet_id <> s.subnet_id AND o.instance_type = i.instance_type)));
