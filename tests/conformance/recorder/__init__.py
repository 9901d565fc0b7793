"""Recordings of the real aws-amplify against the test bed: see the README of the folder above."""
