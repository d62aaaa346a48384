resource "aws_security_group" "lb" {
  name        = "hoerbar-lb"
  description = "Public load balancer"
  vpc_id      = var.vpc_id

  ingress {
    description = "HTTPS from everywhere"
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }

  egress {
    description = "to the tasks"
    from_port   = 8443
    to_port     = 8443
    protocol    = "tcp"
    cidr_blocks = var.private_cidrs
  }
}

resource "aws_security_group" "tasks" {
  name        = "hoerbar-tasks"
  description = "ECS tasks"
  vpc_id      = var.vpc_id

  ingress {
    description     = "from the load balancer"
    from_port       = 8443
    to_port         = 8443
    protocol        = "tcp"
    security_groups = [aws_security_group.lb.id]
  }

  egress {
    description = "HTTPS to AWS and the directories"
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }

  egress {
    description = "PostgreSQL"
    from_port   = 5432
    to_port     = 5432
    protocol    = "tcp"
    cidr_blocks = var.private_cidrs
  }
}

resource "aws_lb" "studio" {
  name                       = "hoerbar-studio"
  load_balancer_type         = "application"
  internal                   = false
  subnets                    = var.public_subnets
  security_groups            = [aws_security_group.lb.id]
  idle_timeout               = 30
  drop_invalid_header_fields = true
  enable_deletion_protection = true

  access_logs {
    bucket  = var.log_bucket
    prefix  = "lb"
    enabled = true
  }
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.studio.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = var.certificate_arn

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.studio_api.arn
  }
}

resource "aws_lb_target_group" "studio_api" {
  name                 = "studio-api"
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

resource "aws_wafv2_web_acl" "studio" {
  name  = "hoerbar-studio"
  scope = "REGIONAL"

  default_action {
    allow {}
  }

  rule {
    name     = "rate"
    priority = 1
    action {
      block {}
    }
    statement {
      rate_based_statement {
        limit              = 300
        aggregate_key_type = "IP"
      }
    }
    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "rate"
      sampled_requests_enabled   = true
    }
  }

  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = "studio"
    sampled_requests_enabled   = true
  }
}

resource "aws_wafv2_web_acl_association" "studio" {
  resource_arn = aws_lb.studio.arn
  web_acl_arn  = aws_wafv2_web_acl.studio.arn
}

resource "aws_ecs_service" "studio_api" {
  name                              = "studio-api"
  cluster                           = var.cluster_arn
  task_definition                   = aws_ecs_task_definition.studio_api.arn
  launch_type                       = "FARGATE"
  desired_count                     = 3
  health_check_grace_period_seconds = 45

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets          = var.private_subnets
    security_groups  = [aws_security_group.tasks.id]
    assign_public_ip = false
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.studio_api.arn
    container_name   = "studio-api"
    container_port   = 8443
  }
}

resource "aws_ecs_task_definition" "studio_api" {
  family                   = "studio-api"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 1024
  memory                   = 2048
  execution_role_arn       = var.execution_role_arn
  task_role_arn            = var.studio_task_role_arn

  container_definitions = jsonencode([{
    name                   = "studio-api"
    image                  = "${var.registry}/studio-api:2.3.0"
    essential              = true
    readonlyRootFilesystem = true
    user                   = "1000"
    portMappings           = [{ containerPort = 8443 }]
    secrets = [
      { name = "DATABASE_URL", valueFrom = var.studio_db_secret_arn }
    ]
    healthCheck = {
      command  = ["CMD-SHELL", "curl -fsk https://localhost:8443/healthz || exit 1"]
      interval = 15
      timeout  = 3
      retries  = 3
    }
  }])
}

resource "aws_ecs_service" "transcoder" {
  name            = "transcoder"
  cluster         = var.cluster_arn
  task_definition = var.transcoder_task_definition_arn
  launch_type     = "FARGATE"
  desired_count   = 2

  network_configuration {
    subnets          = var.private_subnets
    security_groups  = [aws_security_group.tasks.id]
    assign_public_ip = false
  }

  lifecycle {
    ignore_changes = [desired_count]
  }
}

resource "aws_appautoscaling_target" "transcoder" {
  service_namespace  = "ecs"
  resource_id        = "service/${var.cluster_name}/${aws_ecs_service.transcoder.name}"
  scalable_dimension = "ecs:service:DesiredCount"
  min_capacity       = 2
  max_capacity       = 20
}

resource "aws_appautoscaling_policy" "transcoder" {
  name               = "backlog-per-task"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.transcoder.service_namespace
  resource_id        = aws_appautoscaling_target.transcoder.resource_id
  scalable_dimension = aws_appautoscaling_target.transcoder.scalable_dimension

  target_tracking_scaling_policy_configuration {
    target_value       = 10
    scale_in_cooldown  = 300
    scale_out_cooldown = 60
    customized_metric_specification {
      metric_name = "BacklogPerTask"
      namespace   = "Hoerbar"
      statistic   = "Average"
    }
  }
}

resource "aws_ecs_service" "stats_collector" {
  name            = "stats-collector"
  cluster         = var.cluster_arn
  task_definition = var.stats_task_definition_arn
  launch_type     = "FARGATE"
  desired_count   = 2

  network_configuration {
    subnets          = var.private_subnets
    security_groups  = [aws_security_group.tasks.id]
    assign_public_ip = false
  }
}
