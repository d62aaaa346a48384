# What the platform team owns

data "aws_vpc" "main" {
  tags = { Name = "main" }
}

data "aws_subnets" "public" {
  filter {
    name   = "tag:tier"
    values = ["public"]
  }
}

data "aws_subnets" "private" {
  filter {
    name   = "tag:tier"
    values = ["private"]
  }
}

data "aws_acm_certificate" "recipes" {
  domain   = "recipes.example"
  statuses = ["ISSUED"]
}

data "aws_ecs_cluster" "main" {
  cluster_name = "main"
}

data "aws_wafv2_web_acl" "rate_limited" {
  name  = "rate-limited"
  scope = "REGIONAL"
}

data "aws_iam_role" "ecs_exec" {
  name = "ecs-exec"
}

data "aws_iam_role" "recipes_task" {
  name = "recipes-task"
}

data "aws_secretsmanager_secret" "session" {
  name = "recipes/session-key"
}
