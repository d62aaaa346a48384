resource "aws_lb" "public" {
  name               = "media-public"
  load_balancer_type = "application"
}

resource "aws_ecs_service" "uploads" {
  name            = "uploads"
  desired_count   = 2
  task_definition = aws_ecs_task_definition.uploads.arn
}

resource "aws_ecs_task_definition" "uploads" {
  family = "uploads"
  container_definitions = jsonencode([
    {
      name  = "uploads"
      image = "media/uploads:2.0.1"
      environment = [
        { name = "DB_HOST", value = aws_db_instance.catalog.address },
        { name = "QUEUE_URL", value = aws_sqs_queue.transcode.url },
      ]
    }
  ])
}

resource "aws_ecs_service" "transcoder" {
  name            = "transcoder"
  desired_count   = 4
  task_definition = aws_ecs_task_definition.transcoder.arn
}

resource "aws_ecs_task_definition" "transcoder" {
  family = "transcoder"
  container_definitions = jsonencode([
    {
      name  = "transcoder"
      image = "media/transcoder:0.9.4"
      environment = [
        { name = "QUEUE_URL", value = aws_sqs_queue.transcode.url },
      ]
    }
  ])
}

resource "aws_db_instance" "catalog" {
  identifier     = "media-catalog"
  engine         = "postgres"
  engine_version = "16.3"
  multi_az       = true
}

resource "aws_sqs_queue" "transcode" {
  name = "transcode-jobs"
}
