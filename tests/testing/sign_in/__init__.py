"""The operations of the test bed that lead to tokens: sign-up, sign-in, challenges, passwords."""
