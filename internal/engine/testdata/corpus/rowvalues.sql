-- a row value equals
SELECT arn FROM {buckets} WHERE (region, bucket_name) = ('us-east-1', 'logs-0-00');

-- a row value in a list
SELECT client_name FROM {clients} WHERE (user_pool_id, client_id) IN (VALUES ('us-east-1_p04', 'shared'), ('us-east-1_p05', 'shared'), ('us-east-1_p05', 'none'));

-- a row value in a subquery
SELECT region, bucket_name FROM {buckets} WHERE (region, bucket_name) IN (SELECT region, bucket FROM {policies});

-- a row value not in a subquery
SELECT region, bucket_name FROM {bucket_names} WHERE (region, bucket_name) NOT IN (SELECT region, bucket FROM {policies});

-- a row value less than
SELECT region, function_name FROM {functions} WHERE (region, function_name) < ('eu-west-1', 'fn-05');

-- a row value between
SELECT region, function_name FROM {functions} WHERE (region, function_name) BETWEEN ('ap-south-1', 'fn-06') AND ('eu-west-1', 'fn-02');

-- a row value against a row of a subquery
SELECT instance_id FROM {instances} WHERE (instance_type, subnet_id) = (SELECT instance_type, subnet_id FROM {instances} WHERE instance_id = 'i-0000');

-- a row value with NULL is IS
SELECT user_pool_id FROM {pools} WHERE (user_pool_name, mfa_configuration) IS (NULL, 'ON');

-- a join on row values
SELECT s.subnet_id, v.cidr_block FROM {subnets} s JOIN {vpcs} v ON (v.region, v.vpc_id) = (s.region, s.vpc_id);

-- the page after a key
-- in order
SELECT region, bucket_name FROM {bucket_names} WHERE (region, bucket_name) > ('eu-west-1', 'logs-1-03') ORDER BY region, bucket_name LIMIT 6;
