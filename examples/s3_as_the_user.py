"""AWS calls as the user: the identity pool's credentials, in a boto3 session that renews them by itself."""

from __future__ import annotations

import boto3

import amplify_auth as auth
from amplify_auth.testing import mock_cognito


def main() -> None:
    """Sign in, put an object into S3 and get it back; after the sign-out that is over."""
    with mock_cognito() as cognito:
        pool = cognito.create_pool()
        pool.create_user("alice", "Corr3ct-horse")
        session = auth.configure(pool.config, identity_pool_id=create_identity_pool())
        auth.sign_in("alice", "Corr3ct-horse")

        s3 = session.boto3_session().client("s3")
        s3.create_bucket(Bucket="photos")
        s3.put_object(Bucket="photos", Key="hello.txt", Body=b"hello from alice")
        print(s3.get_object(Bucket="photos", Key="hello.txt")["Body"].read().decode())

        cognito.clock.advance(24 * 3600)
        print(f"a day later: {len(s3.list_objects_v2(Bucket='photos')['Contents'])} object")

        auth.sign_out()
        try:
            s3.list_objects_v2(Bucket="photos")
        except auth.errors.UserUnAuthenticatedException as error:
            print(f"after the sign-out: {error.message}")


def create_identity_pool() -> str:
    """What an administrator does, with keys of his own."""
    admin = boto3.client(
        "cognito-identity", region_name="us-east-1", aws_access_key_id="admin", aws_secret_access_key="admin"
    )
    made = admin.create_identity_pool(IdentityPoolName="users", AllowUnauthenticatedIdentities=False)
    identity_pool_id: str = made["IdentityPoolId"]
    return identity_pool_id


if __name__ == "__main__":
    main()
