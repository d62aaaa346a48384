resource "aws_ecs_cluster" "tracking" {
  name = "tracking"
  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

resource "aws_cloudwatch_log_group" "tracking" {
  name              = "/ecs/tracking"
  retention_in_days = 30
}

resource "aws_ecs_task_definition" "tracking_api" {
  family                   = "tracking-api"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 512
  memory                   = 1024
  execution_role_arn       = var.execution_role_arn
  task_role_arn            = var.api_role_arn
  container_definitions = jsonencode([{
    name                   = "tracking-api"
    image                  = "410022917733.dkr.ecr.eu-north-1.amazonaws.com/tracking-api:5.11.0"
    essential              = true
    readonlyRootFilesystem = true
    user                   = "1000"
    portMappings           = [{ containerPort = 8080 }]
    environment = [
      { name = "DB_HOST", value = aws_db_instance.tracking.address },
      { name = "DB_STATEMENT_TIMEOUT_MS", value = "2000" },
    ]
    secrets = [
      { name = "DB_PASSWORD", valueFrom = "${aws_db_instance.tracking.master_user_secret[0].secret_arn}:password::" },
    ]
    healthCheck = {
      command  = ["CMD", "/app/probe", "http://localhost:8080/healthz"]
      interval = 15
      timeout  = 3
      retries  = 3
    }
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.tracking.name
        awslogs-region        = "eu-north-1"
        awslogs-stream-prefix = "api"
      }
    }
  }])
}

resource "aws_ecs_service" "tracking_api" {
  name                               = "tracking-api"
  cluster                            = aws_ecs_cluster.tracking.id
  task_definition                    = aws_ecs_task_definition.tracking_api.arn
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
    subnets          = var.private_subnets
    security_groups  = [aws_security_group.tasks.id]
    assign_public_ip = false
  }
  load_balancer {
    target_group_arn = aws_lb_target_group.tracking_api.arn
    container_name   = "tracking-api"
    container_port   = 8080
  }
}

resource "aws_ecs_task_definition" "position_ingest" {
  family                   = "position-ingest"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 512
  memory                   = 1024
  execution_role_arn       = var.execution_role_arn
  task_role_arn            = var.ingest_role_arn
  container_definitions = jsonencode([{
    name                   = "position-ingest"
    image                  = "410022917733.dkr.ecr.eu-north-1.amazonaws.com/position-ingest:3.2.4"
    essential              = true
    readonlyRootFilesystem = true
    user                   = "1000"
    environment = [
      { name = "QUEUE_URL", value = aws_sqs_queue.positions.url },
      { name = "DB_HOST", value = aws_db_instance.tracking.address },
      { name = "DB_STATEMENT_TIMEOUT_MS", value = "5000" },
    ]
    secrets = [
      { name = "DB_PASSWORD", valueFrom = "${aws_db_instance.tracking.master_user_secret[0].secret_arn}:password::" },
    ]
    healthCheck = {
      command  = ["CMD", "/app/probe", "--last-poll-younger-than=60s"]
      interval = 15
      timeout  = 3
      retries  = 3
    }
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.tracking.name
        awslogs-region        = "eu-north-1"
        awslogs-stream-prefix = "ingest"
      }
    }
  }])
}

resource "aws_ecs_service" "position_ingest" {
  name                               = "position-ingest"
  cluster                            = aws_ecs_cluster.tracking.id
  task_definition                    = aws_ecs_task_definition.position_ingest.arn
  launch_type                        = "FARGATE"
  desired_count                      = 2
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200
  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }
  network_configuration {
    subnets          = var.private_subnets
    security_groups  = [aws_security_group.tasks.id]
    assign_public_ip = false
  }
}
