"""Answers: from an Ask to Google's JSON, picture and all."""
