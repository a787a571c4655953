"""The wrapper of each cell function in Basic: one text that serves Excel and LibreOffice.

Excel's VBA leaves out what stands between ``#If False Then`` and ``#End If``. LibreOffice ignores those two lines and
runs what stands between them, up to ``Exit Function``. So the same module can be part of a macro workbook, where each
host takes its own way, and stand in LibreOffice's own library, where workbooks without macros find the functions.
"""

from __future__ import annotations

from collections.abc import Iterable

from salesplan_xl.functions.specification import Argument, FunctionSpecification

MODULE = "SalesPlanFunctions"
"""Name of the module that holds the wrappers, wherever it stands."""

OFFICE_SERVICE = "org.salesplan_xl.Functions"
"""Name of the UNO service that LibreOffice's way calls."""

EXCEL_CALL = "PlanCall"
"""Name of the public function of the macro workbook that Excel's way calls: with the name and the arguments."""

ERROR_MARK = "salesplan:error:"
"""What a text begins with that stands for an error cell on its way to Excel: then its code, a blank, and the reason."""

# Val gives a number that is none, which Calc shows as #NUM!: the only error cell Basic can make without Python.
_OFFICE_CALL = f"""\
Private Function CalcCall(ByVal name As String, ByVal arguments As Variant) As Variant
#If False Then
    Static service As Object
    If IsNull(service) Then Set service = CreateUnoService("{OFFICE_SERVICE}")
    CalcCall = service.call(name, arguments)
#End If
End Function
"""

_WRAPPER = """\
Public Function {name}({parameters}) As Variant
#If False Then
    On Error GoTo Failed
    {name} = CalcCall("{name}", Array({names}))
    Exit Function
Failed:
    {name} = Val("1.#NAN")
    Exit Function
#End If
    {name} = {excel_call}("{name}", Array({names}))
End Function
"""


def functions_module(functions: Iterable[FunctionSpecification]) -> str:
    """
    Write the module of wrappers.

    Parameters
    ----------
    functions : iterable of FunctionSpecification
        The functions, in the order they are to stand in.

    Returns
    -------
    str
        Basic, ASCII, without the attributes that a file of VBA begins with. In LibreOffice a function that cannot
        reach its service is ``#NUM!``, never blank.

    Examples
    --------
    >>> from salesplan_xl.functions.specification import Kind
    >>> double = FunctionSpecification(
    ...     "SP_DOUBLE", "Twice the number.", (Argument("number", Kind.NUMBER, "Any."),), lambda number: 2 * number
    ... )
    >>> print(functions_module([double]).splitlines()[2])
    Public Function SP_DOUBLE(number As Variant) As Variant
    """
    wrappers = (
        _WRAPPER.format(
            name=function.name,
            parameters=", ".join(map(_parameter, function.arguments)),
            names=", ".join(argument.name for argument in function.arguments),
            excel_call=EXCEL_CALL,
        )
        for function in functions
    )
    return "\n".join(["Option Explicit\n", *wrappers, _OFFICE_CALL])


def _parameter(argument: Argument) -> str:
    """An argument as a parameter of the wrapper."""
    return f"{'Optional ' if argument.optional else ''}{argument.name} As Variant"


def error_text(code: str, why: str = "") -> str:
    """
    Write an error cell as the text that Excel's wrapper makes an error cell of.

    Parameters
    ----------
    code : str
        What the cell shows.
    why : str
        The reason in one sentence; empty if there is none.

    Returns
    -------
    str
        The text, which never reaches a cell, so that the limits of cells do not hold for it.

    Examples
    --------
    >>> error_text("#NUM!", "the weights are zero")
    'salesplan:error:#NUM! the weights are zero'
    """
    return f"{ERROR_MARK}{code} {why}".rstrip()
