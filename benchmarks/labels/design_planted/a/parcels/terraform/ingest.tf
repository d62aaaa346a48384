# scan-ingest is a Lambda behind the same load balancer: bursts come with the trucks.

resource "aws_lambda_function" "scan_ingest" {
  function_name                  = "scan-ingest"
  role                           = var.scan_ingest_role_arn
  package_type                   = "Image"
  image_uri                      = "${local.registry}/scan-ingest:4.0.3"
  timeout                        = 10
  memory_size                    = 512
  reserved_concurrent_executions = 200
  kms_key_arn                    = aws_kms_key.tracking.arn

  environment {
    variables = {
      QUEUE_URL        = aws_sqs_queue.scan_events.url
      SEND_TIMEOUT_MS  = "2000"
      MAX_BATCH        = "500"
      MAX_BATCH_BYTES  = "524288"
      BACKLOG_LIMIT    = "200000"
      BACKLOG_CHECK_MS = "10000"
    }
  }

  tracing_config { mode = "Active" }
}

resource "aws_cloudwatch_log_group" "scan_ingest" {
  name              = "/aws/lambda/scan-ingest"
  retention_in_days = 30
  kms_key_id        = aws_kms_key.tracking.arn
}

resource "aws_lb_target_group" "scan_ingest" {
  name        = "scan-ingest"
  target_type = "lambda"

  health_check {
    enabled  = true
    path     = "/healthz"
    interval = 35
    timeout  = 5
  }
}

resource "aws_lambda_permission" "edge" {
  statement_id  = "edge"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.scan_ingest.function_name
  principal     = "elasticloadbalancing.amazonaws.com"
  source_arn    = aws_lb_target_group.scan_ingest.arn
}

resource "aws_lb_target_group_attachment" "scan_ingest" {
  target_group_arn = aws_lb_target_group.scan_ingest.arn
  target_id        = aws_lambda_function.scan_ingest.arn
  depends_on       = [aws_lambda_permission.edge]
}

resource "aws_lb_listener" "depots" {
  load_balancer_arn = aws_lb.edge.arn
  port              = 8443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = var.certificate_arn

  mutual_authentication {
    mode            = "verify"
    trust_store_arn = var.depot_trust_store_arn
  }

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.scan_ingest.arn
  }
}
