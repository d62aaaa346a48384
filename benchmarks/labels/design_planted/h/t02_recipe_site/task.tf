resource "aws_ecs_task_definition" "web" {
  family                   = "recipes-web"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 512
  memory                   = 1024
  execution_role_arn       = data.aws_iam_role.ecs_exec.arn
  task_role_arn            = data.aws_iam_role.recipes_task.arn

  container_definitions = jsonencode([{
    name                   = "web"
    image                  = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/recipes-web:5.4.0"
    essential              = true
    readonlyRootFilesystem = true
    user                   = "10001"
    portMappings           = [{ containerPort = 8443 }]
    secrets                = [{ name = "SESSION_KEY", valueFrom = data.aws_secretsmanager_secret.session.arn }]
    healthCheck = {
      command  = ["CMD", "/web", "check"]
      interval = 15
      timeout  = 3
      retries  = 3
    }
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = "/ecs/recipes-web"
        awslogs-region        = "eu-central-1"
        awslogs-stream-prefix = "web"
      }
    }
  }])
}

resource "aws_security_group" "lb" {
  name   = "recipes-lb"
  vpc_id = data.aws_vpc.main.id
  ingress {
    description = "readers, TLS only"
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
  egress {
    description = "to the tasks"
    from_port   = 8443
    to_port     = 8443
    protocol    = "tcp"
    cidr_blocks = [data.aws_vpc.main.cidr_block]
  }
}

resource "aws_security_group" "web" {
  name   = "recipes-web"
  vpc_id = data.aws_vpc.main.id
  ingress {
    description     = "from the load balancer"
    from_port       = 8443
    to_port         = 8443
    protocol        = "tcp"
    security_groups = [aws_security_group.lb.id]
  }
  egress {
    description = "AWS endpoints and the recipe database API"
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = [data.aws_vpc.main.cidr_block]
  }
}
