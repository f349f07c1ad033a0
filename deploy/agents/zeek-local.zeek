# Zeek: เขียน JSON และไม่เก็บเนื้อหา · Zeek writes JSON without contents; the sensor reads the folder (profile zeek).
@load policy/tuning/json-logs.zeek
redef LogAscii::use_json = T;
redef HTTP::default_capture_password = F;
redef FTP::default_capture_password = F;
# addresses without what stands behind the question mark, and mail without its subject
hook HTTP::log_policy(rec: HTTP::Info, id: Log::ID, filter: Log::Filter)
    {
    if ( rec?$uri )
        rec$uri = sub(rec$uri, /\?.*/, "?<q>");
    if ( rec?$referrer )
        rec$referrer = sub(rec$referrer, /\?.*/, "?<q>");
    }
hook SMTP::log_policy(rec: SMTP::Info, id: Log::ID, filter: Log::Filter)
    {
    if ( rec?$subject )
        rec$subject = "";
    }
