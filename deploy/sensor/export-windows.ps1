# ส่งออกเหตุการณ์ของวินโดวส์เป็นแฟ้มให้เซนเซอร์อ่าน · exports new Windows events into a folder that the sensor reads.
# Run every five minutes by the Task Scheduler as a member of "Event Log Readers". Nothing is installed.
param(
    [string]$Folder = '\\sensor\windows-events',
    [string[]]$Logs = @('Security', 'System', 'Microsoft-Windows-Windows Defender/Operational', 'Microsoft-Windows-PowerShell/Operational'),
    [string]$State = "$env:ProgramData\phithak-export"
)
$ErrorActionPreference = 'Stop'
New-Item -ItemType Directory -Force -Path $State | Out-Null
foreach ($log in $Logs) {
    $safe = $log -replace '[^A-Za-z0-9]', '-'
    $mark = Join-Path $State "$safe.record"
    $last = if (Test-Path $mark) { [long](Get-Content $mark) } else { 0 }
    $newest = (Get-WinEvent -LogName $log -MaxEvents 1 -ErrorAction SilentlyContinue).RecordId
    if (-not $newest) { continue }
    if ($newest -lt $last) { $last = 0 }   # the log was cleared; that is an event too
    if ($newest -eq $last) { continue }
    $stamp = Get-Date -Format 'yyyyMMddHHmmss'
    $target = Join-Path $Folder "$env:COMPUTERNAME-$safe-$stamp.xml"
    $query = "*[System[EventRecordID > $last and EventRecordID <= $newest]]"
    # .tmp is not read by the sensor; the rename makes the file appear whole
    wevtutil.exe qe $log "/q:$query" /f:xml /e:Events | Out-File -Encoding utf8 "$target.tmp"
    Rename-Item "$target.tmp" $target
    Set-Content -Path $mark -Value $newest
}
# the sensor never removes files; what is older than two days has long been read
Get-ChildItem $Folder -Filter "$env:COMPUTERNAME-*.xml" | Where-Object { $_.LastWriteTime -lt (Get-Date).AddDays(-2) } | Remove-Item
