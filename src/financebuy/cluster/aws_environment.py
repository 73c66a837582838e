"""What the platform's programs are told of AWS: where it is and who they are, but no secret.

Programs start with a clean environment. Credentials come from a file, a role of the machine or a
web identity; a secret key in a variable would stand in the environment of each process.
"""

from collections.abc import Mapping

AWS_VARIABLES = (
    "AWS_CA_BUNDLE", "AWS_CONFIG_FILE", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_KMS", "AWS_ENDPOINT_URL_S3",
    "AWS_PROFILE", "AWS_REGION", "AWS_ROLE_ARN", "AWS_ROLE_SESSION_NAME",
    "AWS_SHARED_CREDENTIALS_FILE", "AWS_STS_REGIONAL_ENDPOINTS", "AWS_WEB_IDENTITY_TOKEN_FILE",
)  # fmt: skip


def aws_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Pick the variables that boto3 reads and that hold no secret."""
    return {name: environ[name] for name in AWS_VARIABLES if name in environ}
