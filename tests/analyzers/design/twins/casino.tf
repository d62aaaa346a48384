module "vpc" {
  source             = "terraform-aws-modules/vpc/aws"
  version            = "5.13.0"
  name               = "casino"
  azs                = ["eu-central-1a", "eu-central-1b", "eu-central-1c"]
  single_nat_gateway = false
}

module "wallet_db" {
  source  = "terraform-aws-modules/rds/aws"
  version = "6.9.0"

  identifier              = "wallet"
  engine                  = "mysql"
  engine_version          = "8.0"
  instance_class          = "db.m6g.large"
  multi_az                = true
  storage_encrypted       = true
  backup_retention_period = 30
  deletion_protection     = true
  skip_final_snapshot     = false
  manage_master_user_password = true
}

module "eks" {
  source  = "terraform-aws-modules/eks/aws"
  version = "20.24.0"
  cluster_name                         = "casino"
  cluster_endpoint_public_access       = true
  cluster_endpoint_public_access_cidrs = ["198.51.100.0/24"]
  eks_managed_node_groups = {
    general = {
      min_size     = 3
      max_size     = 9
      desired_size = 3
    }
  }
}

resource "aws_rds_cluster" "bets" {
  cluster_identifier              = "bets"
  engine                          = "aurora-postgresql"
  database_name                   = "bets"
  master_username                 = "bets"
  manage_master_user_password     = true
  backup_retention_period         = 14
  storage_encrypted               = true
  deletion_protection             = true
  skip_final_snapshot             = false
  final_snapshot_identifier       = "bets-final"
  enabled_cloudwatch_logs_exports = ["postgresql"]
}

resource "aws_rds_cluster_instance" "bets" {
  count              = 2
  identifier         = "bets-${count.index}"
  cluster_identifier = aws_rds_cluster.bets.id
  engine             = aws_rds_cluster.bets.engine
  instance_class     = "db.r6g.large"
}

resource "random_password" "session_key" {
  length  = 32
  special = false
}

resource "aws_secretsmanager_secret_version" "session_key" {
  secret_id     = aws_secretsmanager_secret.session_key.id
  secret_string = random_password.session_key.result
}

resource "aws_sns_topic" "payouts" {
  name              = "payouts"
  kms_master_key_id = "alias/aws/sns"
}

resource "aws_sqs_queue" "payouts" {
  name                    = "payouts"
  sqs_managed_sse_enabled = true
}

resource "aws_sqs_queue_redrive_policy" "payouts" {
  queue_url = aws_sqs_queue.payouts.id
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.payouts_dlq.arn
    maxReceiveCount     = 4
  })
}

resource "aws_sqs_queue" "payouts_dlq" {
  name                    = "payouts-dlq"
  sqs_managed_sse_enabled = true
}

resource "aws_lambda_function" "settle" {
  function_name = "settle-bets"
  role          = aws_iam_role.settle.arn
  package_type  = "Image"
  image_uri     = "${aws_ecr_repository.settle.repository_url}:${var.release}"
  timeout       = 60
  memory_size   = 1024
}

resource "aws_lambda_event_source_mapping" "settle" {
  event_source_arn = aws_sqs_queue.payouts.arn
  function_name    = aws_lambda_function.settle.arn
  batch_size       = 10
}

data "aws_iam_policy_document" "settle" {
  statement {
    effect    = "Allow"
    actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    resources = [aws_sqs_queue.payouts.arn]
  }
  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["*"]
  }
}

resource "aws_security_group" "bastion" {
  name = "bastion"
  ingress = [{
    description      = "office"
    from_port        = 22
    to_port          = 22
    protocol         = "tcp"
    cidr_blocks      = ["198.51.100.0/24"]
    ipv6_cidr_blocks = []
    prefix_list_ids  = []
    security_groups  = []
    self             = false
  }]
}

resource "aws_vpc_security_group_ingress_rule" "web" {
  security_group_id = aws_security_group.web.id
  cidr_ipv4         = "0.0.0.0/0"
  from_port         = 443
  to_port           = 443
  ip_protocol       = "tcp"
}

resource "aws_cloudfront_distribution" "site" {
  enabled = true
  origin {
    domain_name = aws_s3_bucket.site.bucket_regional_domain_name
    origin_id   = "site"
  }
  default_cache_behavior {
    target_origin_id       = "site"
    viewer_protocol_policy = "redirect-to-https"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
  }
  viewer_certificate {
    acm_certificate_arn      = var.certificate
    ssl_support_method       = "sni-only"
    minimum_protocol_version = "TLSv1.2_2021"
  }
}

resource "aws_api_gateway_method" "bets" {
  rest_api_id   = aws_api_gateway_rest_api.main.id
  resource_id   = aws_api_gateway_resource.bets.id
  http_method   = "POST"
  authorization = "COGNITO_USER_POOLS"
}

resource "azurerm_postgresql_flexible_server" "crm" {
  name                          = "crm"
  version                       = "16"
  sku_name                      = "GP_Standard_D4s_v3"
  administrator_login           = "crm"
  administrator_password        = azurerm_key_vault_secret.crm.value
  backup_retention_days         = 21
  geo_redundant_backup_enabled  = true
  public_network_access_enabled = false
  high_availability {
    mode = "ZoneRedundant"
  }
}
