# Customer control panel: database and load balancer.

terraform {
  required_version = ">= 1.6"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.40"
    }
  }
  backend "s3" {
    bucket         = "nordhost-tfstate"
    key            = "panel/prod.tfstate"
    region         = "eu-north-1"
    encrypt        = true
    dynamodb_table = "nordhost-tflock"
  }
}

provider "aws" {
  region = "eu-north-1"
}

resource "aws_db_instance" "panel" {
  identifier                          = "panel-prod"
  engine                              = "mysql"
  engine_version                      = "8.0.36"
  instance_class                      = "db.r6g.large"
  allocated_storage                   = 200
  max_allocated_storage               = 800
  multi_az                            = true
  storage_encrypted                   = true
  publicly_accessible                 = false
  manage_master_user_password         = true
  username                            = "panel"
  db_subnet_group_name                = aws_db_subnet_group.panel.name
  vpc_security_group_ids              = [aws_security_group.db.id]
  backup_retention_period             = 21
  deletion_protection                 = true
  skip_final_snapshot                 = false
  final_snapshot_identifier           = "panel-prod-final"
  performance_insights_enabled        = true
  iam_database_authentication_enabled = true
}

resource "aws_db_subnet_group" "panel" {
  name       = "panel-prod"
  subnet_ids = var.private_subnet_ids
}

resource "aws_security_group" "db" {
  name_prefix = "panel-db-"
  description = "MySQL from the panel's tasks"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "db_from_panel" {
  security_group_id            = aws_security_group.db.id
  referenced_security_group_id = var.panel_task_sg_id
  description                  = "Panel tasks"
  ip_protocol                  = "tcp"
  from_port                    = 3306
  to_port                      = 3306
}

resource "aws_lb" "panel" {
  name                       = "panel-prod"
  load_balancer_type         = "application"
  subnets                    = var.public_subnet_ids
  security_groups            = [var.edge_sg_id]
  enable_deletion_protection = true
  drop_invalid_header_fields = true
  idle_timeout               = 60

  access_logs {
    bucket  = var.log_bucket
    prefix  = "panel"
    enabled = true
  }
}

resource "aws_lb_target_group" "panel" {
  name        = "panel-prod"
  port        = 8443
  protocol    = "HTTPS"
  target_type = "ip"
  vpc_id      = var.vpc_id

  health_check {
    path                = "/up"
    protocol            = "HTTPS"
    interval            = 10
    timeout             = 4
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }
}

resource "aws_lb_listener" "panel" {
  load_balancer_arn = aws_lb.panel.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = var.certificate_arn

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.panel.arn
  }
}
