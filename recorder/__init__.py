"""The recorder: SES events in, one DynamoDB table out. `model` is pure, the rest is the Lambda."""
