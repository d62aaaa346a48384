# recipes.example - web tier. State in s3://tf-recipes, applied by CI only.

locals {
  name = "recipes-web"
}

resource "aws_lb" "web" {
  name                       = local.name
  load_balancer_type         = "application"
  subnets                    = data.aws_subnets.public.ids
  security_groups            = [aws_security_group.lb.id]
  drop_invalid_header_fields = true
  enable_deletion_protection = true
  idle_timeout               = 30
}

resource "aws_lb_target_group" "web" {
  name                 = local.name
  port                 = 8443
  protocol             = "HTTPS"
  target_type          = "ip"
  vpc_id               = data.aws_vpc.main.id
  deregistration_delay = 20
  health_check {
    path                = "/healthz"
    protocol            = "HTTPS"
    interval            = 10
    timeout             = 3
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }
}

resource "aws_lb_listener" "web" {
  load_balancer_arn = aws_lb.web.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = data.aws_acm_certificate.recipes.arn
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }
}

resource "aws_ecs_service" "web" {
  name                               = local.name
  cluster                            = data.aws_ecs_cluster.main.id
  task_definition                    = aws_ecs_task_definition.web.arn
  launch_type                        = "FARGATE"
  desired_count                      = 3
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200
  health_check_grace_period_seconds  = 30
  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }
  network_configuration {
    subnets          = data.aws_subnets.private.ids
    security_groups  = [aws_security_group.web.id]
    assign_public_ip = false
  }
  load_balancer {
    target_group_arn = aws_lb_target_group.web.arn
    container_name   = "web"
    container_port   = 8443
  }
}

resource "aws_wafv2_web_acl_association" "web" {
  resource_arn = aws_lb.web.arn
  web_acl_arn  = data.aws_wafv2_web_acl.rate_limited.arn
}
