"""The fidelity table: what plain moto answers, what Amazon Cognito is known to answer, and what this test bed must."""
