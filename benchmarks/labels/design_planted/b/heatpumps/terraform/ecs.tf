resource "aws_ecs_service" "fleet_api" {
  name            = "fleet-api"
  cluster         = var.cluster_arn
  task_definition = aws_ecs_task_definition.fleet_api.arn
  desired_count   = 3
  launch_type     = "FARGATE"

  health_check_grace_period_seconds = 60

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets          = var.private_subnets # one per AZ
    security_groups  = [aws_security_group.fleet_api.id]
    assign_public_ip = false
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.fleet_api.arn
    container_name   = "fleet-api"
    container_port   = 8080
  }

  lifecycle {
    ignore_changes = [desired_count]
  }
}

resource "aws_ecs_task_definition" "fleet_api" {
  family                   = "fleet-api"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 512
  memory                   = 1024
  execution_role_arn       = var.execution_role_arn

  container_definitions = jsonencode([{
    name      = "fleet-api"
    image     = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/fleet-api:3.5.0"
    essential = true
    user      = "10001"
    portMappings           = [{ containerPort = 8080 }]
    readonlyRootFilesystem = true
    environment = [
      { name = "PG_STATEMENT_TIMEOUT_MS", value = "1000" },
      { name = "TS_STATEMENT_TIMEOUT_MS", value = "2000" },
    ]
    secrets = [
      { name = "PG_PASSWORD", valueFrom = var.fleet_pg_secret_arn },
    ]
    healthCheck = {
      command  = ["CMD", "/app/healthcheck"]
      interval = 10
      timeout  = 3
      retries  = 3
    }
  }])
}

resource "aws_appautoscaling_target" "fleet_api" {
  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = "service/${var.cluster_name}/${aws_ecs_service.fleet_api.name}"
  min_capacity       = 3
  max_capacity       = 12
}

resource "aws_lb" "fleet" {
  name                       = "fleet"
  load_balancer_type         = "application"
  internal                   = false
  subnets                    = var.public_subnets
  security_groups            = [aws_security_group.alb.id]
  idle_timeout               = 15
  enable_deletion_protection = true
  drop_invalid_header_fields = true
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.fleet.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = var.certificate_arn

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.fleet_api.arn
  }
}

resource "aws_lb_target_group" "fleet_api" {
  name                 = "fleet-api"
  port                 = 8080
  protocol             = "HTTP"
  target_type          = "ip"
  vpc_id               = var.vpc_id
  deregistration_delay = 30

  health_check {
    path                = "/healthz"
    interval            = 10
    timeout             = 3
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }
}

resource "aws_security_group" "alb" {
  name   = "fleet-alb"
  vpc_id = var.vpc_id

  ingress {
    description = "HTTPS from the internet"
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_security_group" "fleet_api" {
  name   = "fleet-api"
  vpc_id = var.vpc_id

  ingress {
    description     = "from the ALB"
    from_port       = 8080
    to_port         = 8080
    protocol        = "tcp"
    security_groups = [aws_security_group.alb.id]
  }
}
