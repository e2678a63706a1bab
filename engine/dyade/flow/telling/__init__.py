"""What people are told about a dyad: why not, what next, what happened; each reader, only what they may see.

visibility  who may see what, and what follows from it
words       labels, names and values, written for people
templates   texts with placeholders
phrases     a clause in words
refusals    reasons in words
todo        what there is to do, and who can
ways        the fewest moves to a good end
upcoming    what time will do
explain     what may happen next, and what stands in the way
cards       a dyad on one card
timeline    its history
"""
