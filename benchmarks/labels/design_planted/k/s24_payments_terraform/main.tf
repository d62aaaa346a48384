terraform {
  required_version = "~> 1.9"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.60"
    }
  }
  backend "s3" {
    bucket       = "moneyout-tfstate"
    key          = "payouts/terraform.tfstate"
    region       = "eu-west-1"
    encrypt      = true
    use_lockfile = true
  }
}

resource "aws_db_instance" "payouts" {
  identifier                   = "payouts"
  engine                       = "postgres"
  engine_version               = "16.4"
  instance_class               = "db.r6g.large"
  allocated_storage            = 200
  max_allocated_storage        = 800
  multi_az                     = true
  storage_encrypted            = true
  publicly_accessible          = false
  username                     = "payouts"
  manage_master_user_password  = true
  backup_retention_period      = 14
  deletion_protection          = true
  skip_final_snapshot          = false
  final_snapshot_identifier    = "payouts-final"
  performance_insights_enabled = true
  db_subnet_group_name         = var.db_subnet_group
  vpc_security_group_ids       = [aws_security_group.db.id]
}

resource "aws_security_group" "db" {
  name        = "payouts-db"
  description = "Postgres from the payout tasks only"
  vpc_id      = var.vpc_id

  ingress {
    description     = "payout tasks"
    from_port       = 5432
    to_port         = 5432
    protocol        = "tcp"
    security_groups = [var.task_security_group]
  }
}

resource "aws_sqs_queue" "dead" {
  name                      = "payout-jobs-dead"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue" "jobs" {
  name                       = "payout-jobs"
  visibility_timeout_seconds = 120
  message_retention_seconds  = 345600
  sqs_managed_sse_enabled    = true
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = 5
  })
}

resource "aws_ecs_service" "payouts" {
  name                              = "payouts"
  cluster                           = var.cluster_arn
  task_definition                   = var.task_definition_arn
  desired_count                     = 3
  launch_type                       = "FARGATE"
  health_check_grace_period_seconds = 60

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets          = var.private_subnets
    security_groups  = [var.task_security_group]
    assign_public_ip = false
  }

  load_balancer {
    target_group_arn = var.target_group_arn
    container_name   = "payouts"
    container_port   = 8443
  }
}
