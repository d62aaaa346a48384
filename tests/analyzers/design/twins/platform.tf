terraform {
  required_version = ">= 1.6"
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5.70" }
  }
}

variable "db_password" {
  type      = string
  sensitive = true
}

variable "highly_available" {
  type    = bool
  default = true
}

locals {
  name = "parcel"
  tags = { team = "logistics", env = "prod" }
}

resource "aws_db_instance" "parcels" {
  identifier                = "${local.name}-parcels"
  engine                    = "postgres"
  engine_version            = "16.4"
  instance_class            = "db.r6g.large"
  allocated_storage         = 100
  username                  = "parcel"
  password                  = var.db_password
  multi_az                  = var.highly_available
  storage_encrypted         = true
  publicly_accessible       = false
  backup_retention_period   = 14
  deletion_protection       = true
  skip_final_snapshot       = false
  final_snapshot_identifier = "parcels-final"
  vpc_security_group_ids    = [aws_security_group.db.id]
  tags                      = local.tags
}

resource "aws_security_group" "db" {
  name   = "parcels-db"
  vpc_id = var.vpc_id

  ingress {
    description     = "from the tasks"
    from_port       = 5432
    to_port         = 5432
    protocol        = "tcp"
    security_groups = [aws_security_group.tasks.id]
  }
  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_security_group" "alb" {
  name = "parcels-alb"
  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_elasticache_replication_group" "sessions" {
  replication_group_id       = "parcel-sessions"
  description                = "sessions"
  engine                     = "redis"
  node_type                  = "cache.t4g.small"
  num_cache_clusters         = 2
  automatic_failover_enabled = true
  multi_az_enabled           = true
  at_rest_encryption_enabled = true
  transit_encryption_enabled = true
}

resource "aws_sqs_queue" "labels_dead" {
  name                      = "labels-dlq"
  message_retention_seconds = 1209600
}

resource "aws_sqs_queue" "labels" {
  name                       = "labels"
  visibility_timeout_seconds = 180
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.labels_dead.arn
    maxReceiveCount     = 5
  })
}

resource "aws_lambda_function" "render" {
  function_name                  = "render-labels"
  role                           = aws_iam_role.render.arn
  runtime                        = "python3.12"
  handler                        = "app.handler"
  timeout                        = 30
  memory_size                    = 512
  reserved_concurrent_executions = 50
  dead_letter_config {
    target_arn = aws_sqs_queue.labels_dead.arn
  }
  environment {
    variables = {
      TABLE           = aws_dynamodb_table.labels.name
      HTTP_TIMEOUT_MS = "2000"
    }
  }
}

resource "aws_dynamodb_table" "labels" {
  name         = "labels"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  point_in_time_recovery {
    enabled = true
  }
  deletion_protection_enabled = true
}

resource "aws_iam_role_policy" "render" {
  role = aws_iam_role.render.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["dynamodb:GetItem", "dynamodb:PutItem"]
        Resource = aws_dynamodb_table.labels.arn
      }
    ]
  })
}

resource "aws_s3_bucket" "labels" {
  bucket = "parcel-labels"
}

resource "aws_s3_bucket_public_access_block" "labels" {
  bucket                  = aws_s3_bucket.labels.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_ecs_service" "api" {
  name            = "api"
  desired_count   = 3
  task_definition = aws_ecs_task_definition.api.arn
  load_balancer {
    target_group_arn = aws_lb_target_group.api.arn
    container_name   = "api"
    container_port   = 8080
  }
}

resource "aws_ecs_task_definition" "api" {
  family = "api"
  container_definitions = jsonencode([
    {
      name  = "api"
      image = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/api:2.3.1"
      environment = [
        { name = "LOG_LEVEL", value = "info" }
      ]
      secrets = [
        { name = "DB_PASSWORD", valueFrom = aws_secretsmanager_secret.db.arn }
      ]
    }
  ])
}

resource "aws_lb" "api" {
  name                       = "api"
  subnets                    = var.public_subnets
  enable_deletion_protection = true
}

resource "aws_lb_target_group" "api" {
  port     = 8080
  protocol = "HTTP"
  health_check {
    path                = "/health"
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.api.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.api.arn
  }
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.api.arn
  port              = 80
  protocol          = "HTTP"
  default_action {
    type = "redirect"
    redirect {
      port        = "443"
      protocol    = "HTTPS"
      status_code = "HTTP_301"
    }
  }
}

resource "aws_appautoscaling_target" "api" {
  min_capacity       = 3
  max_capacity       = 12
  resource_id        = "service/${aws_ecs_cluster.main.name}/${aws_ecs_service.api.name}"
  scalable_dimension = "ecs:service:DesiredCount"
  service_namespace  = "ecs"
}

resource "aws_autoscaling_group" "batch" {
  min_size            = 2
  max_size            = 6
  vpc_zone_identifier = var.private_subnets
}
