"""How the parts of a query bind, as lark reads it.

The words are cut by `query_lexer`, which knows what only a reader of characters can: where a regex
may begin, that `-` is NOT only right before something.
"""

GRAMMAR = r"""
// loosest first: OR, AND (written or implied), NOT, NEAR
?start: alternatives

?alternatives: conditions
             | conditions (_OR conditions)+   -> any_of

?conditions: condition
           | condition (_AND? condition)+     -> all_of

?condition: NOT condition                     -> denied
          | _PLUS neighbours
          | neighbours

?neighbours: part
           | neighbours NEAR part             -> near

?part: operand
     | FIELD operand                          -> within

?operand: ATOM                                -> atom
        | LPAR alternatives _RPAR             -> group

%declare ATOM NOT NEAR FIELD LPAR _AND _OR _PLUS _RPAR
"""
