"""The exceptions of Cognito that only the owner of the user pool can mend, one class each. Names and advice only."""

from __future__ import annotations

from ._errors import AuthServiceError


class FeatureUnavailableInTierException(AuthServiceError):
    """The pool's feature plan does not include this."""

    default_recovery_suggestion = "Ask the pool's owner for a feature plan that includes it."


class ForbiddenException(AuthServiceError):
    """A web application firewall in front of the pool refused the request."""

    default_recovery_suggestion = "Ask the pool's owner which rule refuses it."


class InvalidEmailRoleAccessPolicyException(AuthServiceError):
    """The pool may not send e-mail."""

    default_recovery_suggestion = "Ask the pool's owner to check its Amazon SES settings."


class InvalidLambdaResponseException(AuthServiceError):
    """A Lambda trigger of the pool gave an answer that Cognito does not understand."""

    default_recovery_suggestion = "Ask the pool's owner to check the trigger."


class InvalidSmsRoleAccessPolicyException(AuthServiceError):
    """The pool may not send text messages."""

    default_recovery_suggestion = "Ask the pool's owner to check its SMS role."


class InvalidSmsRoleTrustRelationshipException(AuthServiceError):
    """The pool may not use its SMS role."""

    default_recovery_suggestion = "Ask the pool's owner to check the role's trust and external id."


class InvalidUserPoolConfigurationException(AuthServiceError):
    """The pool's configuration is not valid."""

    default_recovery_suggestion = "Ask the pool's owner to check its MFA and device settings."


class UnexpectedLambdaException(AuthServiceError):
    """A Lambda trigger of the pool failed."""

    default_recovery_suggestion = "Ask the pool's owner to check the trigger's log."


class UserPoolAddOnNotEnabledException(AuthServiceError):
    """The pool lacks an add-on, such as threat protection."""

    default_recovery_suggestion = "Ask the pool's owner to enable it."


class WebAuthnChallengeNotFoundException(AuthServiceError):
    """The passkey registration was not started or has expired."""

    default_recovery_suggestion = "Start it again."


class WebAuthnClientMismatchException(AuthServiceError):
    """The passkey belongs to another client."""

    default_recovery_suggestion = "Use the client that registered it."


class WebAuthnConfigurationMissingException(AuthServiceError):
    """The pool has no passkey configuration."""

    default_recovery_suggestion = "Ask the pool's owner for a relying party id."


class WebAuthnCredentialNotSupportedException(AuthServiceError):
    """Cognito does not support this kind of passkey."""

    default_recovery_suggestion = "Use another authenticator."


class WebAuthnNotEnabledException(AuthServiceError):
    """The pool does not allow passkeys."""

    default_recovery_suggestion = "Ask the pool's owner to enable them."


class WebAuthnOriginNotAllowedException(AuthServiceError):
    """The passkey's origin is not the pool's."""

    default_recovery_suggestion = "Use the pool's relying party."


class WebAuthnRelyingPartyMismatchException(AuthServiceError):
    """The passkey's relying party is not the pool's."""

    default_recovery_suggestion = "Use the pool's relying party."


__all__ = [
    "FeatureUnavailableInTierException",
    "ForbiddenException",
    "InvalidEmailRoleAccessPolicyException",
    "InvalidLambdaResponseException",
    "InvalidSmsRoleAccessPolicyException",
    "InvalidSmsRoleTrustRelationshipException",
    "InvalidUserPoolConfigurationException",
    "UnexpectedLambdaException",
    "UserPoolAddOnNotEnabledException",
    "WebAuthnChallengeNotFoundException",
    "WebAuthnClientMismatchException",
    "WebAuthnConfigurationMissingException",
    "WebAuthnCredentialNotSupportedException",
    "WebAuthnNotEnabledException",
    "WebAuthnOriginNotAllowedException",
    "WebAuthnRelyingPartyMismatchException",
]
