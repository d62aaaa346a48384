locals {
  # desk-api is the only one behind the load balancer
  services = {
    desk-api      = { count = 3, cpu = 1024, memory = 2048 }
    position      = { count = 2, cpu = 2048, memory = 4096 }
    order-router  = { count = 2, cpu = 1024, memory = 2048 }
    forecast-pull = { count = 2, cpu = 512, memory = 1024 }
  }
}

resource "aws_ecs_cluster" "desk" {
  name = "desk"
  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

resource "aws_cloudwatch_log_group" "desk" {
  for_each          = local.services
  name              = "/desk/${each.key}"
  retention_in_days = 90
  kms_key_id        = aws_kms_key.desk.arn
}

resource "aws_ecs_task_definition" "desk" {
  for_each                 = local.services
  family                   = each.key
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = each.value.cpu
  memory                   = each.value.memory
  execution_role_arn       = "arn:aws:iam::210987654321:role/desk-exec"
  task_role_arn            = "arn:aws:iam::210987654321:role/desk-${each.key}"

  container_definitions = jsonencode([{
    name                   = each.key
    image                  = "210987654321.dkr.ecr.eu-north-1.amazonaws.com/${each.key}:${var.image_tags[each.key]}"
    essential              = true
    user                   = "10001"
    readonlyRootFilesystem = true
    stopTimeout            = 60
    portMappings           = [{ containerPort = 8443 }]
    healthCheck = {
      command     = ["CMD", "/app/check"]
      interval    = 10
      timeout     = 3
      retries     = 3
      startPeriod = 30
    }
    environment = [
      { name = "DB_STATEMENT_TIMEOUT_MS", value = "2000" },
      { name = "EXCHANGE_TIMEOUT_MS", value = "800" },
      { name = "FORECAST_TIMEOUT_MS", value = "10000" },
    ]
    secrets = [
      { name = "DB_DSN", valueFrom = "arn:aws:secretsmanager:eu-north-1:210987654321:secret:desk/${each.key}/dsn" },
    ]
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = "/desk/${each.key}"
        awslogs-region        = "eu-north-1"
        awslogs-stream-prefix = "t"
      }
    }
  }])
}

resource "aws_ecs_service" "api" {
  name                               = "desk-api"
  cluster                            = aws_ecs_cluster.desk.id
  task_definition                    = aws_ecs_task_definition.desk["desk-api"].arn
  desired_count                      = local.services["desk-api"].count
  launch_type                        = "FARGATE"
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200
  health_check_grace_period_seconds  = 40

  network_configuration {
    subnets          = var.private_subnets
    security_groups  = [aws_security_group.tasks.id]
    assign_public_ip = false
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.api.arn
    container_name   = "desk-api"
    container_port   = 8443
  }

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  lifecycle {
    ignore_changes = [desired_count]
  }
}

resource "aws_ecs_service" "worker" {
  for_each                           = { for k, v in local.services : k => v if k != "desk-api" }
  name                               = each.key
  cluster                            = aws_ecs_cluster.desk.id
  task_definition                    = aws_ecs_task_definition.desk[each.key].arn
  desired_count                      = each.value.count
  launch_type                        = "FARGATE"
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200

  network_configuration {
    subnets          = var.private_subnets
    security_groups  = [aws_security_group.tasks.id]
    assign_public_ip = false
  }

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }
}

resource "aws_appautoscaling_target" "api" {
  service_namespace  = "ecs"
  resource_id        = "service/${aws_ecs_cluster.desk.name}/${aws_ecs_service.api.name}"
  scalable_dimension = "ecs:service:DesiredCount"
  min_capacity       = 3
  max_capacity       = 12
}

resource "aws_appautoscaling_policy" "api" {
  name               = "desk-api-cpu"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.api.service_namespace
  resource_id        = aws_appautoscaling_target.api.resource_id
  scalable_dimension = aws_appautoscaling_target.api.scalable_dimension

  target_tracking_scaling_policy_configuration {
    target_value = 55
    predefined_metric_specification {
      predefined_metric_type = "ECSServiceAverageCPUUtilization"
    }
  }
}
