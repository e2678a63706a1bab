"""Many workers on one server: who wakes up, when, and what if one of them dies? (door: procrastinate)"""
