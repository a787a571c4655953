"""What a ribbon may say: elements, attributes and callbacks of custom UI 2006/01, and images that Office has."""

from __future__ import annotations

NAMESPACES = {
    "http://schemas.microsoft.com/office/2006/01/customui": (
        "http://schemas.microsoft.com/office/2006/relationships/ui/extensibility"
    ),
    "http://schemas.microsoft.com/office/2009/07/customui": (
        "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"
    ),
}
"""Type of the relationship by the namespace of the part."""

_ID = frozenset({"id", "idMso", "idQ", "tag"})
_PLACE = frozenset({"insertAfterMso", "insertBeforeMso", "insertAfterQ", "insertBeforeQ"})
_SEEN = frozenset({"visible", "getVisible"})
_NAMED = frozenset({"label", "getLabel", "keytip", "getKeytip"})
_TIPS = frozenset({"screentip", "getScreentip", "supertip", "getSupertip"})
_PICTURED = frozenset({"image", "imageMso", "getImage"})
_SHOWN = frozenset({"showImage", "getShowImage", "showLabel", "getShowLabel"})
_ENABLED = frozenset({"enabled", "getEnabled"})
_SIZED = frozenset({"size", "getSize", "description", "getDescription"})
_CONTROL = _ID | _PLACE | _SEEN | _NAMED | _TIPS | _PICTURED | _SHOWN | _ENABLED
_BUTTON = _CONTROL | _SIZED | {"onAction"}
_ITEMS = frozenset(
    {
        "getItemCount", "getItemID", "getItemImage", "getItemLabel", "getItemScreentip", "getItemSupertip",
        "showItemImage", "showItemLabel",
    }
)  # fmt: skip
_SELECTED = frozenset({"getSelectedItemID", "getSelectedItemIndex"})

ATTRIBUTES = {
    "customUI": frozenset({"onLoad", "loadImage"}),
    "commands": frozenset(),
    "command": frozenset({"idMso", "onAction"}) | _ENABLED,
    "ribbon": frozenset({"startFromScratch"}),
    "tabs": frozenset(),
    "contextualTabs": frozenset(),
    "tabSet": frozenset({"idMso"}) | _SEEN,
    "tab": _ID | _PLACE | _SEEN | _NAMED,
    "group": _ID | _PLACE | _SEEN | _NAMED | _TIPS | _PICTURED,
    "button": _BUTTON,
    "toggleButton": _BUTTON | {"getPressed"},
    "checkBox": (_CONTROL - _PICTURED - _SHOWN) | {"description", "getDescription", "onAction", "getPressed"},
    "editBox": _CONTROL | {"maxLength", "sizeString", "getText", "onChange"},
    "comboBox": _CONTROL | _ITEMS | {"maxLength", "sizeString", "getText", "onChange", "invalidateContentOnDrop"},
    "dropDown": _CONTROL | _ITEMS | _SELECTED | {"sizeString", "onAction", "selectedItemId"},
    "gallery": _BUTTON
    | _ITEMS
    | _SELECTED
    | {"columns", "rows", "itemWidth", "itemHeight", "getItemWidth", "getItemHeight", "sizeString"}
    | {"invalidateContentOnDrop"},
    "item": frozenset({"id", "label", "image", "imageMso", "screentip", "supertip"}),
    "menu": _CONTROL | _SIZED | {"itemSize", "title", "getTitle"},
    "dynamicMenu": _CONTROL | _SIZED | {"getContent", "invalidateContentOnDrop"},
    "menuSeparator": frozenset({"id", "idQ", "title", "getTitle"}) | _PLACE,
    "splitButton": _ID | _PLACE | _SEEN | _NAMED | _ENABLED | {"size", "getSize", "showLabel", "getShowLabel"},
    "labelControl": _CONTROL,
    "separator": frozenset({"id", "idQ"}) | _PLACE | _SEEN,
    "box": frozenset({"id", "idQ", "boxStyle"}) | _PLACE | _SEEN,
    "buttonGroup": frozenset({"id", "idQ"}) | _PLACE | _SEEN,
    "dialogBoxLauncher": frozenset(),
    "control": _CONTROL,
}
"""Attributes by element."""

_IN_GROUP = frozenset(
    {
        "control", "labelControl", "button", "toggleButton", "checkBox", "editBox", "comboBox", "dropDown", "gallery",
        "menu", "dynamicMenu", "splitButton", "box", "buttonGroup",
    }
)  # fmt: skip
_IN_MENU = frozenset(
    {
        "control", "button", "checkBox", "gallery", "toggleButton", "menuSeparator", "splitButton", "menu",
        "dynamicMenu",
    }
)  # fmt: skip

CHILDREN = {
    "customUI": frozenset({"commands", "ribbon"}),
    "commands": frozenset({"command"}),
    "ribbon": frozenset({"tabs", "contextualTabs"}),
    "tabs": frozenset({"tab"}),
    "contextualTabs": frozenset({"tabSet"}),
    "tabSet": frozenset({"tab"}),
    "tab": frozenset({"group"}),
    "group": _IN_GROUP | {"separator", "dialogBoxLauncher"},
    "box": _IN_GROUP,
    "buttonGroup": frozenset({"control", "button", "toggleButton", "gallery", "menu", "dynamicMenu", "splitButton"}),
    "dialogBoxLauncher": frozenset({"button"}),
    "splitButton": frozenset({"button", "toggleButton", "menu"}),
    "menu": _IN_MENU,
    "comboBox": frozenset({"item"}),
    "dropDown": frozenset({"item", "button"}),
    "gallery": frozenset({"item", "button"}),
}
"""Elements that may stand in an element; those not named here are empty."""

NEEDS_ID = frozenset(ATTRIBUTES) - {
    "customUI", "commands", "command", "ribbon", "tabs", "contextualTabs", "tabSet", "dialogBoxLauncher",
}  # fmt: skip
"""Elements that must have exactly one of id, idMso and idQ."""

_BOOLEAN = frozenset({"true", "false", "1", "0"})
VALUES = {
    "size": frozenset({"normal", "large"}),
    "itemSize": frozenset({"normal", "large"}),
    "boxStyle": frozenset({"horizontal", "vertical"}),
} | dict.fromkeys(
    (
        "visible", "enabled", "showImage", "showLabel", "showItemImage", "showItemLabel", "startFromScratch",
        "invalidateContentOnDrop",
    ),
    _BOOLEAN,
)  # fmt: skip
"""Values an attribute may have."""

LONGEST = dict.fromkeys(("id", "tag", "label", "screentip", "supertip", "title"), 1024) | {
    "description": 4096,
    "keytip": 3,
}
"""Most characters of an attribute."""

EXCLUSIVE = (
    *[(name, f"get{name[0].upper()}{name[1:]}") for name in (
        "visible", "label", "keytip", "enabled", "screentip", "supertip", "description", "size", "showImage",
        "showLabel", "title",
    )],
    ("image", "imageMso", "getImage"),
    ("getSelectedItemID", "getSelectedItemIndex"),
    ("insertAfterMso", "insertBeforeMso", "insertAfterQ", "insertBeforeQ"),
)  # fmt: skip
"""Attributes of which an element may have one."""

ARGUMENTS = {
    "onLoad": 1,  # ribbon
    "loadImage": 2,  # image id, returned value
    "onAction": 1,  # control
    "onChange": 2,  # control, text
    **dict.fromkeys(
        (
            "getVisible", "getLabel", "getKeytip", "getEnabled", "getScreentip", "getSupertip", "getDescription",
            "getSize", "getShowImage", "getShowLabel", "getTitle", "getImage", "getPressed", "getText", "getContent",
            "getItemCount", "getItemWidth", "getItemHeight", "getSelectedItemID", "getSelectedItemIndex",
        ),
        2,  # control, returned value
    ),
    **dict.fromkeys(
        ("getItemID", "getItemImage", "getItemLabel", "getItemScreentip", "getItemSupertip"),
        3,  # control, index, returned value
    ),
}  # fmt: skip
"""Arguments of a callback by its attribute."""

ACTION_ARGUMENTS = {
    "toggleButton": 2,  # control, pressed
    "checkBox": 2,
    "dropDown": 3,  # control, id and index of what was selected
    "gallery": 3,
    "command": 2,  # control, whether to go without the built-in command
}
"""Arguments of onAction by element, where they are not one."""

KNOWN_TABS = frozenset(
    {
        "TabHome", "TabInsert", "TabPageLayoutExcel", "TabFormulas", "TabData", "TabReview", "TabView",
        "TabDeveloper", "TabAddIns",
    }
)  # fmt: skip
"""Tabs of Excel a tab may stand beside."""

KNOWN_IMAGES = frozenset(
    {
        "AcceptInvitation", "AcceptTask", "AccountingFormat", "AddressBook", "AdvancedFilterDialog", "BuildTeam",
        "CalculateFull", "CalculateNow", "CalculateSheet", "CalculationOptionsMenu", "Calculator", "CalendarInsert",
        "CalendarToolToday", "CalendarViewGallery", "Call", "CancelRequest", "CategorizeMenu", "ChangeWorkingTime",
        "ChartAreaChart", "ChartInsert", "ChartRefresh", "ChartShowData", "ChartSwitchRowColumn", "ChartTrendline",
        "ChartTypeBarInsertGallery", "ChartTypeColumnInsertGallery", "ChartTypeLineInsertGallery",
        "ChartTypePieInsertGallery", "CheckNames", "ClearAll", "ClearMenu", "CommaStyle",
        "ConditionalFormattingColorScalesGallery", "ConditionalFormattingDataBarsGallery",
        "ConditionalFormattingHighlightCellsMenu", "ConditionalFormattingHighlightDuplicateValues",
        "ConditionalFormattingIconSetsGallery", "ConditionalFormattingMenu", "ConditionalFormattingNewRule",
        "ConditionalFormattingTopBottomMenu", "ConditionalFormattingsManage", "Connections", "Consolidate",
        "ContactProperties", "Copy", "CreateEmail", "CreateForm", "CreateMap", "CreateReport", "CreateTable",
        "CustomViews", "Cut", "DataFilter", "DataFormExcel", "DatabaseQueryNew", "DatabaseRelationships", "EditQuery",
        "EmailMergeStart", "ErrorChecking", "ErrorCheckingMenu", "Export", "ExportExcel", "ExportTextFile",
        "FileCheckIn", "FileCheckOut", "FileClose", "FileDocumentInspect", "FileFind", "FileImport", "FileMarkAsFinal",
        "FileNew", "FileOpen", "FilePermission", "FilePrint", "FilePrintPreview", "FileProperties", "FileSave",
        "FileSaveAs", "FileSaveAsExcelXlsx", "FileSaveAsExcelXlsxMacro", "FileSendAsAttachment", "FileStartWorkflow",
        "FileUpdate", "FileVersionHistory", "FillDown", "Filter", "FilterBySelection", "FilterClearAllFilters",
        "FilterToggleFilter", "FindDialogExcel", "FlagMessage", "FlagToday", "Folder", "FollowUpMenu",
        "FormatAsTableGallery", "Formula", "FormulaEvaluate", "Forward", "FreezePanes", "FunctionLookup",
        "FunctionWizard", "FunctionsFinancialInsertGallery", "FunctionsStatisticalInsertGallery", "GanttChartWizard",
        "GetExternalDataFromText", "GetExternalDataFromWeb", "GoTo", "GoToDate", "GroupCalculation", "HappyFace",
        "Help", "HighImportance", "HyperlinkInsert", "Import", "ImportExcel", "ImportTextFile", "ImportWorkbook",
        "Info", "InsertChart", "InsertFormula", "InsertNewComment", "LargeIcons", "LevelResource", "MacroPlay",
        "RecordsRefreshRecords", "RecordsTotals", "Recurrence", "RecurrenceEdit", "RecurringTaskInsert", "Redo",
        "Refresh", "RefreshAll", "RefreshData", "RefreshStatus", "RemoveDuplicates", "Rename", "Repeat",
        "ReplaceDialog", "Reply", "ReplyAll", "ReportPrint", "ReportsMenu", "ResearchPane", "ResourceAllocationView",
        "ReviewNewComment", "ShapeStylesGallery", "ShareWithPeople", "SheetColumnsInsert", "SheetDelete", "SheetInsert",
        "SheetProtect", "SheetRowsInsert", "ShowFormulas", "SideBySide", "SlicerConnectionsMenu", "SlicerInsert",
        "Slippage", "SmallIcons", "Spade", "SparklineColumnInsert", "SparklineLineInsert", "SpellCheck", "Spelling",
        "SplitCells", "StarRatedFull", "StartTimer", "StatusDate", "SuggestPivot", "SummaryTasks", "SyncNow",
        "SynchronizeData", "TableDesign", "TableInsert", "TableInsertExcel", "TaskDrivers", "TaskInformation",
        "TaskInsert", "TaskPath", "TaskSplit", "TeamCalendar", "Thesaurus", "TimeInsert", "TotalsMenu",
        "TraceDependents", "TraceError", "TracePrecedents", "TraceRemoveAllArrows", "Tracking", "Translate",
        "TrustCenter", "Tutorial", "Undo", "UnmergeCells", "ValidationMessage", "ValidationRule", "VersionHistory",
        "ViewByDay", "ViewByMonth", "ViewByWeek", "ViewCustomViews", "VisualBasic", "WatchWindow", "WeatherToday",
    }
)  # fmt: skip
"""
Images of Office a ribbon of ours may show, by their imageMso.

They stand in the list of 8,899 names that the gallery ImageMso (Alton X Lam, 2013) collected from Office; MacroPlay and
ReviewNewComment were found in the ribbon of xlwings and in a toolbar Excel saved. A name that is not here is not
wrong for Excel, only not looked up yet.
"""
