-- a chain of dead-letter queues
WITH RECURSIVE chain(start, region, arn, depth) AS (
  SELECT queue_name, region, arn, 0 FROM {queues} WHERE queue_name = 'q0'
  UNION ALL
  SELECT c.start, q.region, q.redrive_policy ->> 'deadLetterTargetArn', c.depth + 1
  FROM chain c JOIN {queues} q ON q.arn = c.arn WHERE q.redrive_policy IS NOT NULL AND c.depth < 20
)
SELECT start, region, arn, depth FROM chain;

-- a chain that goes in a circle ends by UNION
WITH RECURSIVE chain(region, arn) AS (
  SELECT region, arn FROM {queues} WHERE queue_name = 'q6'
  UNION
  SELECT q.region, q.redrive_policy ->> 'deadLetterTargetArn' FROM chain c JOIN {queues} q ON q.arn = c.arn AND q.region = c.region
)
SELECT region, arn FROM chain;

-- all chains with their paths
WITH RECURSIVE path(region, name, trail, arn, depth) AS (
  SELECT region, queue_name, queue_name, redrive_policy ->> 'deadLetterTargetArn', 0 FROM {queues}
  UNION ALL
  SELECT q.region, q.queue_name, p.trail || '>' || q.queue_name, q.redrive_policy ->> 'deadLetterTargetArn', p.depth + 1
  FROM path p JOIN {queues} q ON q.arn = p.arn WHERE p.depth < 4
)
SELECT region, trail FROM path WHERE depth > 0;

-- groups above groups
WITH RECURSIVE above(user_pool_id, low, name, depth) AS (
  SELECT user_pool_id, group_name, group_name, 0 FROM {groups}
  UNION ALL
  SELECT g.user_pool_id, a.low, g.description, a.depth + 1
  FROM above a JOIN {groups} g ON g.user_pool_id = a.user_pool_id AND g.group_name = a.name WHERE g.description IS NOT NULL
)
SELECT user_pool_id, low, name, depth FROM above;

-- a look-up by the whole identifier in each step
WITH RECURSIVE up(user_pool_id, name, depth) AS (
  VALUES ('us-east-1_p03', 'viewers', 0)
  UNION ALL
  SELECT up.user_pool_id, (SELECT g.description FROM {groups} g WHERE g.user_pool_id = up.user_pool_id AND g.group_name = up.name AND g.region = 'us-east-1'), depth + 1
  FROM up WHERE name IS NOT NULL
)
SELECT * FROM up;

-- names that are counted up until one is not there
-- in order
WITH RECURSIVE walk(i, arn) AS (
  SELECT 0, (SELECT arn FROM {functions} WHERE function_name = 'fn-00' AND region = 'us-east-1')
  UNION ALL
  SELECT i + 1, (SELECT arn FROM {functions} WHERE function_name = 'fn-' || printf('%02d', i + 1) AND region = 'us-east-1') FROM walk WHERE arn IS NOT NULL
)
SELECT i, arn FROM walk ORDER BY i;

-- a series joined with a table
WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i < 30)
SELECT i, b.bucket_name FROM n LEFT JOIN {buckets} b ON b.bucket_name LIKE '%-' || printf('%02d', n.i) AND b.region = 'eu-west-1';

-- down from VPCs to instances, in one column
WITH RECURSIVE tree(kind, id) AS (
  SELECT 'vpc', vpc_id FROM {vpcs}
  UNION
  SELECT n.kind, n.id FROM tree t JOIN (
    SELECT 'subnet' AS kind, subnet_id AS id, vpc_id AS parent FROM {subnets}
    UNION ALL SELECT 'instance', instance_id, subnet_id FROM {instances}) n ON n.parent = t.id
)
SELECT kind, count(*) FROM tree GROUP BY kind;

-- LIMIT ends a recursion that has no end
-- in order
WITH RECURSIVE step(i, policy) AS (
  SELECT 0, NULL
  UNION ALL
  SELECT i + 1, (SELECT policy_document ->> '$.Statement[0].Sid' FROM {policies} p WHERE p.bucket = 'logs-0-00' AND p.region = 'us-east-1') FROM step
)
SELECT i, policy FROM step LIMIT 5;

-- ordered by depth first
-- in order
WITH RECURSIVE tree(id, trail) AS (
  SELECT vpc_id, vpc_id FROM {vpcs} WHERE region = 'eu-west-1'
  UNION ALL
  SELECT s.subnet_id, t.trail || '/' || s.subnet_id FROM tree t JOIN {subnets} s ON s.vpc_id = t.id
  ORDER BY 2
)
SELECT trail FROM tree ORDER BY trail;
