"""Runs of agents: beginning and ending them, recording what happens, and asking afterwards."""
