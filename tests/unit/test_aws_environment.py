"""What the platform's programs are told of AWS."""

from financebuy.cluster.aws_environment import AWS_VARIABLES, aws_environment


def test_where_aws_is_and_no_secret() -> None:
    given = {
        "AWS_REGION": "eu-central-1", "AWS_SHARED_CREDENTIALS_FILE": "/etc/aws", "HOME": "/root",
        "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token", "AWS_ACCESS_KEY_ID": "id",
    }  # fmt: skip
    assert aws_environment(given) == {
        "AWS_REGION": "eu-central-1", "AWS_SHARED_CREDENTIALS_FILE": "/etc/aws",
    }  # fmt: skip
    assert not [name for name in AWS_VARIABLES if name.endswith(("KEY", "TOKEN", "KEY_ID"))]
