resource "aws_sqs_queue" "letters" {
  name                       = "letters"
  message_retention_seconds  = 172800
  visibility_timeout_seconds = 180
  sqs_managed_sse_enabled    = true
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.letters_dead.arn
    maxReceiveCount     = 5
  })
}

resource "aws_sqs_queue" "letters_dead" {
  name                      = "letters-dead"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
}

resource "aws_cloudwatch_metric_alarm" "letters_dead" {
  alarm_name          = "letters-dead-not-empty"
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.letters_dead.name }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  alarm_actions       = [var.web_team_topic_arn]
}

variable "web_team_topic_arn" {
  type = string
}
