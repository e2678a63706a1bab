"""The store on PostgreSQL: for many processes, on one machine or on many. (door: psycopg)"""
