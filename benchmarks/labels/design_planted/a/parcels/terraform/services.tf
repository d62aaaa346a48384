locals {
  registry = "418273645500.dkr.ecr.eu-central-1.amazonaws.com"
}

resource "aws_security_group" "edge" {
  name        = "edge"
  description = "Public HTTPS"
  vpc_id      = var.vpc_id

  ingress {
    description = "HTTPS from anywhere"
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }

  ingress {
    description = "Depots, client certificate required"
    from_port   = 8443
    to_port     = 8443
    protocol    = "tcp"
    cidr_blocks = var.depot_cidrs
  }

  egress {
    description = "To the services"
    from_port   = 8443
    to_port     = 8443
    protocol    = "tcp"
    cidr_blocks = [var.vpc_cidr]
  }
}

resource "aws_security_group" "tracking_api" {
  name        = "tracking-api"
  description = "HTTPS from edge"
  vpc_id      = var.vpc_id

  ingress {
    description     = "HTTPS from edge"
    from_port       = 8443
    to_port         = 8443
    protocol        = "tcp"
    security_groups = [aws_security_group.edge.id]
  }

  egress {
    description = "VPC endpoints"
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = [var.vpc_cidr]
  }

  egress {
    description = "trails-db"
    from_port   = 5432
    to_port     = 5432
    protocol    = "tcp"
    cidr_blocks = [var.vpc_cidr]
  }
}

resource "aws_security_group" "trail_writer" {
  name        = "trail-writer"
  description = "No ingress at all"
  vpc_id      = var.vpc_id

  egress {
    description = "VPC endpoints"
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = [var.vpc_cidr]
  }

  egress {
    description = "trails-db"
    from_port   = 5432
    to_port     = 5432
    protocol    = "tcp"
    cidr_blocks = [var.vpc_cidr]
  }
}

resource "aws_lb" "edge" {
  name                       = "edge"
  load_balancer_type         = "application"
  internal                   = false
  subnets                    = var.public_subnet_ids
  security_groups            = [aws_security_group.edge.id]
  drop_invalid_header_fields = true
  enable_deletion_protection = true
  idle_timeout               = 30

  access_logs {
    bucket  = aws_s3_bucket.lb_logs.id
    enabled = true
  }
}

resource "aws_wafv2_web_acl_association" "edge" {
  resource_arn = aws_lb.edge.arn
  web_acl_arn  = var.waf_acl_arn
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.edge.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = var.certificate_arn

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.tracking_api.arn
  }
}

resource "aws_lb_target_group" "tracking_api" {
  name                 = "tracking-api"
  port                 = 8443
  protocol             = "HTTPS"
  target_type          = "ip"
  vpc_id               = var.vpc_id
  deregistration_delay = 30

  health_check {
    path                = "/healthz"
    protocol            = "HTTPS"
    interval            = 10
    timeout             = 3
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }
}

resource "aws_ecs_task_definition" "tracking_api" {
  family                   = "tracking-api"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 512
  memory                   = 1024
  execution_role_arn       = var.execution_role_arn
  task_role_arn            = var.tracking_api_role_arn

  container_definitions = jsonencode([{
    name                   = "tracking-api"
    image                  = "${local.registry}/tracking-api:6.3.1"
    essential              = true
    user                   = "10001"
    readonlyRootFilesystem = true
    portMappings           = [{ containerPort = 8443 }]
    environment = [
      { name = "DB_HOST", value = aws_rds_cluster.trails.reader_endpoint },
      { name = "DB_TIMEOUT_MS", value = "800" },
      { name = "CACHE_SECONDS", value = "15" },
    ]
    secrets = [
      { name = "DB_PASSWORD", valueFrom = var.tracking_db_secret_arn },
    ]
    healthCheck = {
      command  = ["CMD-SHELL", "/app/probe || exit 1"]
      interval = 15
      timeout  = 3
      retries  = 3
    }
  }])
}

resource "aws_ecs_service" "tracking_api" {
  name            = "tracking-api"
  cluster         = var.cluster_arn
  task_definition = aws_ecs_task_definition.tracking_api.arn
  launch_type     = "FARGATE"
  desired_count   = 3

  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200
  health_check_grace_period_seconds  = 30

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets          = var.private_subnet_ids
    security_groups  = [aws_security_group.tracking_api.id]
    assign_public_ip = false
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.tracking_api.arn
    container_name   = "tracking-api"
    container_port   = 8443
  }
}

resource "aws_ecs_task_definition" "trail_writer" {
  family                   = "trail-writer"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  execution_role_arn       = var.execution_role_arn
  task_role_arn            = var.trail_writer_role_arn

  container_definitions = jsonencode([{
    name                   = "trail-writer"
    image                  = "${local.registry}/trail-writer:2.11.0"
    essential              = true
    user                   = "10001"
    readonlyRootFilesystem = true
    environment = [
      { name = "DB_HOST", value = aws_rds_cluster.trails.endpoint },
      { name = "DB_TIMEOUT_MS", value = "3000" },
      { name = "QUEUE_URL", value = aws_sqs_queue.scan_events.url },
    ]
    secrets = [
      { name = "DB_PASSWORD", valueFrom = var.writer_db_secret_arn },
    ]
    healthCheck = {
      command  = ["CMD-SHELL", "/app/probe --writer || exit 1"]
      interval = 30
      timeout  = 5
      retries  = 3
    }
  }])
}

resource "aws_ecs_service" "trail_writer" {
  name            = "trail-writer"
  cluster         = var.cluster_arn
  task_definition = aws_ecs_task_definition.trail_writer.arn
  launch_type     = "FARGATE"
  desired_count   = 2

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets          = var.private_subnet_ids
    security_groups  = [aws_security_group.trail_writer.id]
    assign_public_ip = false
  }

  lifecycle { ignore_changes = [desired_count] }
}

resource "aws_appautoscaling_target" "trail_writer" {
  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = "service/tracking/trail-writer"
  min_capacity       = 2
  max_capacity       = 12
}

resource "aws_appautoscaling_policy" "trail_writer" {
  name               = "oldest-message"
  service_namespace  = aws_appautoscaling_target.trail_writer.service_namespace
  scalable_dimension = aws_appautoscaling_target.trail_writer.scalable_dimension
  resource_id        = aws_appautoscaling_target.trail_writer.resource_id
  policy_type        = "TargetTrackingScaling"

  target_tracking_scaling_policy_configuration {
    target_value       = 5
    scale_in_cooldown  = 120
    scale_out_cooldown = 30

    customized_metric_specification {
      namespace   = "AWS/SQS"
      metric_name = "ApproximateAgeOfOldestMessage"
      statistic   = "Maximum"
      dimensions {
        name  = "QueueName"
        value = aws_sqs_queue.scan_events.name
      }
    }
  }
}
