-- inner join on the parent
SELECT p.user_pool_name, c.client_id, c.client_name
FROM {pools} p JOIN {clients} c ON c.user_pool_id = p.user_pool_id;

-- inner join on a column that is read, with NULLs on both sides
SELECT p.user_pool_id, c.client_id
FROM {pools} p JOIN {clients} c ON p.user_pool_name = c.client_name;

-- inner join that compares a number with text
SELECT c.client_id, p.user_pool_id
FROM {clients} c JOIN {pools} p ON c.access_token_validity = p.user_pool_name;

-- inner join without regard to case
SELECT l.log_group_name, f.region
FROM {functions} f JOIN {log_groups} l
  ON l.log_group_name = '/aws/lambda/' || f.function_name COLLATE NOCASE AND l.region = f.region;

-- left join keeps parents without children
SELECT p.user_pool_id, g.group_name
FROM {pools} p LEFT JOIN {groups} g ON g.user_pool_id = p.user_pool_id;

-- left join with a condition on its right side
SELECT p.user_pool_id, g.group_name
FROM {pools} p LEFT JOIN {groups} g ON g.user_pool_id = p.user_pool_id AND g.precedence > 5;

-- left join with a condition on its left side
SELECT p.user_pool_id, g.group_name
FROM {pools} p LEFT JOIN {groups} g ON g.user_pool_id = p.user_pool_id AND p.mfa_configuration = 'ON';

-- left join that WHERE turns into an anti join
SELECT s.subnet_id, s.vpc_id
FROM {subnets} s LEFT JOIN {instances} i ON i.subnet_id = s.subnet_id AND i.instance_type = 't3.large'
WHERE i.instance_id IS NULL;

-- left join by keys of which some are not there
SELECT p.bucket, b.arn, b.website_url
FROM {policies} p LEFT JOIN {buckets} b ON b.bucket_name = p.bucket AND b.region = p.region;

-- left join on a key that is NULL in places
SELECT i.instance_id, s.cidr_block
FROM {instances} i LEFT JOIN {subnets} s ON s.subnet_id = i.subnet_id;

-- right join
SELECT p.policy_document, b.bucket_name
FROM {policies} p RIGHT JOIN {buckets} b ON b.bucket_name = p.bucket AND b.region = p.region;

-- right join below a left join
SELECT v.vpc_id, s.subnet_id, i.instance_id
FROM {vpcs} v LEFT JOIN {subnets} s ON s.vpc_id = v.vpc_id
RIGHT JOIN {instances} i ON i.subnet_id = s.subnet_id;

-- full join
SELECT b.bucket_name, p.bucket
FROM {buckets} b FULL JOIN {policies} p ON p.bucket = b.bucket_name AND p.region = b.region;

-- full join of what is on one side only
SELECT f.function_name, l.log_group_name, coalesce(f.region, l.region) AS place
FROM {functions} f FULL JOIN {log_groups} l
  ON l.log_group_name = '/aws/lambda/' || f.function_name AND l.region = f.region
WHERE f.function_name IS NULL OR l.log_group_name IS NULL;

-- two full joins in a row
SELECT v.vpc_id, s.subnet_id, i.instance_id
FROM {vpcs} v FULL JOIN {subnets} s ON s.vpc_id = v.vpc_id AND s.map_public_ip_on_launch
FULL JOIN {instances} i ON i.subnet_id = s.subnet_id;

-- cross join
SELECT v.vpc_id, b.bucket_name
FROM {vpcs} v CROSS JOIN {buckets} b
WHERE v.region = 'ap-south-1' AND b.region = 'ap-south-1';

-- cross join of counts
SELECT a.n, b.n FROM (SELECT count(*) AS n FROM {pools}) a CROSS JOIN (SELECT count(*) AS n FROM {clients}) b;

-- natural join
SELECT region, user_pool_id, client_id, domain
FROM {client_names} NATURAL JOIN {domains};

-- natural join of a table with what it lists
SELECT region, bucket_name, website_url
FROM {bucket_names} NATURAL JOIN {buckets};

-- natural left join
SELECT user_pool_id, domain, client_id
FROM {domains} NATURAL LEFT JOIN {client_names};

-- using one column
SELECT user_pool_id, domain, client_id FROM {domains} JOIN {clients} USING (user_pool_id);

-- using two columns, the merged column of a full join
SELECT user_pool_id, region, domain, group_name
FROM {domains} FULL JOIN {groups} USING (user_pool_id, region);

-- self join by a name that differs in identifier
SELECT a.user_pool_id, b.user_pool_id
FROM {pools} a JOIN {pools} b ON a.user_pool_name = b.user_pool_name AND a.Identifier < b.Identifier;

-- self join along a chain
SELECT a.user_pool_id, a.group_name, b.group_name AS above, b.precedence
FROM {groups} a JOIN {groups} b ON b.user_pool_id = a.user_pool_id AND b.group_name = a.description;

-- self join on inequality
SELECT count(*), min(a.function_name), max(b.function_name)
FROM {functions} a JOIN {functions} b ON a.memory_size > b.memory_size AND a.region = b.region;

-- list only joined with the table on the whole identifier
SELECT n.client_id, c.client_name, c.access_token_validity
FROM {client_names} n JOIN {clients} c
  ON c.user_pool_id = n.user_pool_id AND c.client_id = n.client_id AND c.region = n.region;

-- look-ups in every region of a name that is in one
SELECT n.bucket_name, b.region, b.arn
FROM {bucket_names} n LEFT JOIN {buckets} b ON b.bucket_name = n.bucket_name;

-- three deep by keys
SELECT i.instance_id, s.availability_zone, v.cidr_block
FROM {instances} i
JOIN {subnets} s ON s.subnet_id = i.subnet_id AND s.region = i.region
JOIN {vpcs} v ON v.vpc_id = s.vpc_id AND v.region = s.region;

-- three deep, inner and left
SELECT p.user_pool_id, c.client_id, g.group_name
FROM {pools} p JOIN {clients} c ON c.user_pool_id = p.user_pool_id
LEFT JOIN {groups} g ON g.user_pool_id = c.user_pool_id AND g.precedence = c.access_token_validity + 5;

-- four deep
SELECT v.vpc_id, s.subnet_id, i.instance_id, o.instance_id
FROM {vpcs} v
JOIN {subnets} s ON s.vpc_id = v.vpc_id
JOIN {instances} i ON i.subnet_id = s.subnet_id
LEFT JOIN {instances} o ON o.vpc_id = v.vpc_id AND o.instance_type = i.instance_type AND o.instance_id > i.instance_id
WHERE v.region = 'us-east-1';

-- four types around one pool
SELECT p.user_pool_id, c.client_id, g.group_name, d.domain
FROM {pools} p
LEFT JOIN {clients} c ON c.user_pool_id = p.user_pool_id
LEFT JOIN {groups} g ON g.user_pool_id = p.user_pool_id
LEFT JOIN {domains} d ON d.user_pool_id = p.user_pool_id
WHERE p.mfa_configuration = 'OPTIONAL';

-- join in parentheses
SELECT p.user_pool_id, c.client_id, d.domain
FROM {pools} p LEFT JOIN ({clients} c JOIN {domains} d ON d.user_pool_id = c.user_pool_id) ON c.user_pool_id = p.user_pool_id;

-- join on OR
SELECT p.user_pool_id, d.domain
FROM {pools} p JOIN {domains} d ON d.user_pool_id = p.user_pool_id OR d.domain = 'login-0';

-- join on a computed key
SELECT n.x, b.bucket_name
FROM (VALUES (0), (3), (6), (77)) AS v, (SELECT column1 AS x FROM (VALUES ('logs'), ('web'))) n
JOIN {buckets} b ON b.bucket_name = n.x || '-0-' || printf('%02d', v.column1);

-- old join syntax with conditions on three tables
SELECT p.user_pool_id, c.client_id, g.group_name
FROM {pools} p, {clients} c, {groups} g
WHERE c.user_pool_id = p.user_pool_id AND g.user_pool_id = p.user_pool_id AND g.group_name = 'admins' AND c.generate_secret;

-- more rows than a pass keeps
SELECT b.bucket_name
FROM {client_names} a CROSS JOIN {bucket_names} b CROSS JOIN {functions} c WHERE c.memory_size = 128;

-- right join by key with USING
SELECT bucket_name, b.arn, p.policy_document IS NULL
FROM (SELECT region, bucket AS bucket_name, policy_document FROM {policies}) p RIGHT JOIN {buckets} b USING (region, bucket_name);

-- left join of a left join's missing key
SELECT i.instance_id, s.subnet_id, v.vpc_id
FROM {instances} i LEFT JOIN {subnets} s ON s.subnet_id = i.subnet_id LEFT JOIN {vpcs} v ON v.vpc_id = coalesce(s.vpc_id, 'vpc-00')
WHERE i.region = 'us-east-1';

-- left join that is never true
SELECT v.vpc_id, s.subnet_id FROM {vpcs} v LEFT JOIN {subnets} s ON 1 = 0;

-- full join on a constant key
SELECT v.vpc_id, b.bucket_name FROM {vpcs} v FULL JOIN {buckets} b ON b.bucket_name = 'logs-0-00' AND b.region = v.region AND v.enable_dns_support;

-- keys with IS
SELECT p.bucket, b.arn FROM {policies} p LEFT JOIN {buckets} b ON b.bucket_name IS p.bucket AND b.region IS p.region;

-- a key from an aggregate
SELECT x.region, b.arn FROM (SELECT region, max(bucket_name) AS m FROM {bucket_names} GROUP BY region) x JOIN {buckets} b ON b.bucket_name = x.m AND b.region = x.region;

-- keys of two tables in one condition
SELECT g.user_pool_id, g.group_name, c.client_id
FROM {groups} g JOIN {domains} d ON d.user_pool_id = g.user_pool_id
JOIN {clients} c ON c.Identifier = d.user_pool_id || '|c0' || printf('%02d', substr(d.domain, 7)) || (g.precedence / 10);

-- the same key of three regions
SELECT v.column1, f.region, f.runtime FROM (VALUES ('fn-00'), ('fn-11'), ('fn-99')) v LEFT JOIN {functions} f ON f.function_name = v.column1;

-- truth values as keys
SELECT v.vpc_id, s.subnet_id FROM {vpcs} v JOIN {subnets} s ON s.map_public_ip_on_launch = v.enable_dns_support AND s.region = v.region;

-- truth values, numbers and text as keys of truth values
SELECT j.value, j.type, c.client_id, c.user_pool_id FROM json_each('[true, 0, "1", "x", 1.0, 2, null]') j JOIN {clients} c ON c.generate_secret = j.value;
