"""The rows of the table (url_table.py) in which kinds of person differ."""

from __future__ import annotations

# nobody, stranger, requester, vendor, holder, pso_here, pso_elsewhere, former_pso, reviewer,
# agent, superuser
ACCESS = """
invitations:list          | GET  | in 200 200 200 200 200 200 200 403 403 200
                          | POST | in 405
invitations:new           | GET  | in 200 200 200 200 200 200 200 403 403 200
                          | POST | in 403 403 403 403 302 302 403 403 403 403
invitations:detail        | GET  | in 404 404 404 404 200 404 404 404 404 404
                          | POST | in 405
invitations:again         | GET  | in 405
                          | POST | in 404 404 404 404 302 404 404 404 404 404
invitations:withdraw      | GET  | in 405
                          | POST | in 404 404 404 404 302 404 404 404 404 404
invitations:withdraw_one  | GET  | in 405
                          | POST | in 404 404 404 404 302 404 404 404 404 404
invitations:accept        | GET  | in 200 200 200 200 403 200 200 403 403 200
                          | POST | in 302 302 302 302 403 302 302 403 403 302
invitations:mine          | GET  | in 404
                          | POST | in 405
invitations:accept_mine   | GET  | in 404
                          | POST | in 404
invitations:decline_mine  | GET  | in 405
                          | POST | in 404
access_requests:new       | GET  | in 200 200 200 200 200 200 200 403 403 200
                          | POST | in 302 302 302 302 302 302 302 403 403 302
groups:new                | GET  | in 200 200 200 200 200 200 200 403 403 200
                          | POST | in 200 200 200 200 200 200 200 403 403 200
groups:detail             | GET  | in 404 200 404 404 200 404 404 200 200 404
                          | POST | in 405
groups:progress           | GET  | in 404 200 404 404 404 404 404 404 404 404
                          | POST | in 405
groups:withdraw           | GET  | in 404 200 404 404 404 404 404 404 404 404
                          | POST | in 404 302 404 404 404 404 404 404 404 404
access_requests:detail    | GET  | in 404 200 404 404 200 404 404 200 200 404
                          | POST | in 405
access_requests:approve   | GET  | in 302
                          | POST | in 404 409 404 404 302 404 404 409 409 404
access_requests:reject    | GET  | in 302
                          | POST | in 404 409 404 404 302 404 404 409 409 404
access_requests:return    | GET  | in 302
                          | POST | in 404 409 404 404 302 404 404 409 409 404
access_requests:take_back | GET  | in 302
                          | POST | in 404 409 404 404 409 404 404 409 409 404
access_requests:answer    | GET  | in 302
                          | POST | in 404 409 404 404 409 404 404 409 409 404
access_requests:withdraw  | GET  | in 302
                          | POST | in 404 302 404 404 409 404 404 409 409 404
people:list               | GET  | in 404 404 404 404 200 200 404 404 404 404
                          | POST | in 404 404 404 404 422 422 404 404 404 404
people:export             | GET  | in 404 404 404 404 200 200 404 404 404 404
                          | POST | in 405
people:person             | GET  | in 404 404 404 404 200 404 404 404 404 404
                          | POST | in 405
people:end_date           | GET  | in 404 404 404 409 200 404 404 404 404 404
                          | POST | in 404 404 404 409 302 404 404 404 404 404
people:extend             | GET  | in 404 404 404 409 302 404 404 404 404 404
                          | POST | in 404 404 404 409 422 404 404 404 404 404
people:revoke             | GET  | in 404 404 404 404 302 302 404 404 404 404
                          | POST | in 404 404 404 404 302 302 404 404 404 404
people:revoked            | GET  | in 404 404 404 404 302 302 404 404 404 404
                          | POST | in 405
waiting:nudge             | GET  | in 302
                          | POST | in 404 302 404 404 409 404 404 409 409 404
waiting:absence           | GET  | in 404 404 404 404 200 200 404 200 404 404
                          | POST | in 404 404 404 404 422 422 404 422 404 404
waiting:end_absence       | GET  | in 404
                          | POST | in 404
access_requests:queue     | GET  | in 404 404 404 404 200 200 404 200 404 404
                          | POST | in 405
access_requests:queue_search | GET | in 404 404 404 404 302 302 404 404 404 404
                          | POST | in 404 404 404 404 422 422 404 404 404 404
desk:returned             | GET  | in 404 404 404 404 404 404 404 200 404 404
                          | POST | in 404 404 404 404 404 404 404 405 404 404
together:choose           | GET  | in 404 404 404 404 302 302 404 404 404 404
                          | POST | in 404 404 404 404 302 302 404 404 404 404
together:approve          | GET  | in 404 404 404 404 302 302 404 404 404 404
                          | POST | in 404 404 404 404 302 302 404 404 404 404
together:reject           | GET  | in 404 404 404 404 302 302 404 404 404 404
                          | POST | in 404 404 404 404 302 302 404 404 404 404
together:result           | GET  | in 404 404 404 404 302 302 404 404 404 404
                          | POST | in 405
desk:choose               | GET  | in 404 404 404 404 404 404 404 302 404 404
                          | POST | in 404 404 404 404 404 404 404 200 404 404
desk:approve              | GET  | in 404 404 404 404 404 404 404 302 404 404
                          | POST | in 404 404 404 404 404 404 404 302 404 404
desk:approved             | GET  | in 404 404 404 404 404 404 404 302 404 404
                          | POST | in 404 404 404 404 404 404 404 405 404 404
desk:record_attempt       | GET  | in 404 404 404 404 404 404 404 302 404 404
                          | POST | in 404 404 404 404 404 404 404 409 404 404
desk:answer_check         | GET  | in 404 404 404 404 404 404 404 302 404 404
                          | POST | in 404 404 404 404 404 404 404 409 404 404
access_requests:give_up   | GET  | in 404 404 404 200 409 404 404 409 409 404
                          | POST | in 404 404 404 302 409 404 404 409 409 404
access_requests:revoke    | GET  | in 404 404 404 409 200 404 404 200 409 404
                          | POST | in 404 404 404 409 302 404 404 302 409 404
unlisted:list | GET  | in 404 404 404 404 404 404 404 200 200 404
              | POST | in 404 404 404 404 404 404 404 405 405 404
unlisted:new  | GET  | in 200 200 200 200 200 200 200 403 403 200
              | POST | in 302 302 302 302 302 302 302 403 403 302
unlisted:detail | GET  | in 404 200 404 404 404 404 404 200 200 404
                | POST | in 405
unlisted:take_back | GET  | in 302
                   | POST | in 404 302 404 404 404 404 404 404 404 404
unlisted:is_on_roster | GET  | in 404 404 404 404 404 404 404 302 404 404
                      | POST | in 404 404 404 404 404 404 404 302 404 404
unlisted:add    | GET  | in 404 404 404 404 404 404 404 302 404 404
                | POST | in 404 404 404 404 404 404 404 302 404 404
unlisted:answer | GET  | in 404 404 404 404 404 404 404 302 404 404
                | POST | in 404 404 404 404 404 404 404 302 404 404
unlisted:provisional | GET  | in 404 404 404 404 404 404 404 200 200 404
                     | POST | in 404 404 404 404 404 404 404 405 405 404
unlisted:give_ccn | GET  | in 404 404 404 404 404 404 404 200 404 404
                  | POST | in 404 404 404 404 404 404 404 302 404 404
rosters:list              | GET  | in 404 404 404 404 404 404 404 200 404 404
                          | POST | in 404 404 404 404 404 404 404 405 404 404
rosters:upload            | GET  | in 404 404 404 404 404 404 404 200 404 404
                          | POST | in 404 404 404 404 404 404 404 422 404 404
rosters:detail            | GET  | in 404 404 404 404 404 404 404 200 404 404
                          | POST | in 404 404 404 404 404 404 404 405 404 404
rosters:progress          | GET  | in 404 404 404 404 404 404 404 200 404 404
                          | POST | in 404 404 404 404 404 404 404 405 404 404
rosters:report            | GET  | in 404 404 404 404 404 404 404 200 404 404
                          | POST | in 404 404 404 404 404 404 404 405 404 404
rosters:accept            | GET  | in 404 404 404 404 404 404 404 302 404 404
                          | POST | in 404 404 404 404 404 404 404 409 404 404
rosters:drop              | GET  | in 404 404 404 404 404 404 404 302 404 404
                          | POST | in 404 404 404 404 404 404 404 302 404 404
rosters:compare           | GET  | in 404 404 404 404 404 404 404 302 404 404
                          | POST | in 404 404 404 404 404 404 404 302 404 404
rosters:repairs           | GET  | in 404 404 404 404 404 404 404 302 404 404
                          | POST | in 404 404 404 404 404 404 404 302 404 404
reports:list              | GET  | in 404 404 404 404 404 404 404 200 200 404
                          | POST | in 404 404 404 404 404 404 404 405 405 404
reports:detail            | GET  | in 404 404 404 404 404 404 404 200 200 404
                          | POST | in 404 404 404 404 404 404 404 405 405 404
reports:settle            | GET  | in 404 404 404 404 404 404 404 200 404 404
                          | POST | in 404 404 404 404 404 404 404 302 404 404
orphans:list              | GET  | in 404 404 404 404 404 404 404 200 404 404
                          | POST | in 404 404 404 404 404 404 404 405 404 404
orphans:export            | GET  | in 404 404 404 404 404 404 404 200 404 404
                          | POST | in 404 404 404 404 404 404 404 405 404 404
orphans:pso               | GET  | in 404 404 404 404 404 404 404 200 404 404
                          | POST | in 404 404 404 404 404 404 404 405 404 404
orphans:record_attempt    | GET  | in 404 404 404 404 404 404 404 302 404 404
                          | POST | in 404 404 404 404 404 404 404 302 404 404
orphans:revoke_unreachable| GET  | in 404 404 404 404 404 404 404 302 404 404
                          | POST | in 404 404 404 404 404 404 404 409 404 404
orphans:of_provider       | GET  | in 404 404 404 404 404 404 404 200 404 404
                          | POST | in 404 404 404 404 404 404 404 405 404 404
reports:of_pso            | GET  | in 404 404 200 200 200 404 404 404 404 404
                          | POST | in 404 404 302 302 302 404 404 404 404 404
access_requests:service_center | GET  | in 404 404 404 404 404 404 404 200 200 404
                          | POST | in 404 404 404 404 404 404 404 302 302 404
access_requests:service_center_person | GET  | in 404 404 404 404 404 404 404 200 200 404
                          | POST | in 404 404 404 404 404 404 404 405 405 404
access_requests:service_center_unlock | GET  | in 404 404 404 404 404 404 404 302 302 404
                          | POST | in 404 404 404 404 404 404 404 403 302 404
access_requests:service_center_send_again | GET  | in 404 404 404 404 404 404 404 302 302 404
                          | POST | in 404 404 404 404 404 404 404 403 404 404
access_requests:service_center_note | GET  | in 404 404 404 404 404 404 404 302 302 404
                          | POST | in 404 404 404 404 404 404 404 403 302 404
access_requests:service_center_reset | GET  | in 404 404 404 404 404 404 404 200 200 404
                          | POST | in 404 404 404 404 404 404 404 422 422 404
access_requests:service_center_stop_reset | GET  | in 404 404 404 404 404 404 404 302 302 404
                          | POST | in 404 404 404 404 404 404 404 302 302 404
access_requests:service_center_clear_bounce | GET  | in 404 404 404 404 404 404 404 403 200 404
                          | POST | in 404 404 404 404 404 404 404 403 302 404
programs:list             | GET  | in 404 404 404 404 404 404 404 200 404 404
                          | POST | in 404 404 404 404 404 404 404 405 404 404
programs:edit             | GET  | in 404 404 404 404 404 404 404 200 404 404
                          | POST | in 404 404 404 404 404 404 404 422 404 404
programs:role_new         | GET  | in 404 404 404 404 404 404 404 200 404 404
                          | POST | in 404 404 404 404 404 404 404 422 404 404
programs:role_edit        | GET  | in 404 404 404 404 404 404 404 200 404 404
                          | POST | in 404 404 404 404 404 404 404 422 404 404
audit_search:search       | GET  | in 404 404 404 404 404 404 404 200 404 404
                          | POST | in 404 404 404 404 404 404 404 302 404 404
audit_search:export       | GET  | in 404 404 404 404 404 404 404 302 404 404
                          | POST | in 404 404 404 404 404 404 404 405 404 404
contacts:list             | GET  | in 404 404 404 404 404 404 404 200 404 404
                          | POST | in 404 404 404 404 404 404 404 405 404 404
contacts:export           | GET  | in 404 404 404 404 404 404 404 200 404 404
                          | POST | in 404 404 404 404 404 404 404 405 404 404
contacts:add              | GET  | in 404 404 404 404 404 404 404 200 404 404
                          | POST | in 404 404 404 404 404 404 404 422 404 404
contacts:remove           | GET  | in 404 404 404 404 404 404 404 200 404 404
                          | POST | in 404 404 404 404 404 404 404 422 404 404
contacts:upload           | GET  | in 404 404 404 404 404 404 404 200 404 404
                          | POST | in 404 404 404 404 404 404 404 422 404 404
contacts:template         | GET  | in 404 404 404 404 404 404 404 200 404 404
                          | POST | in 404 404 404 404 404 404 404 405 404 404
contacts:comparison       | GET  | in 404 404 404 404 404 404 404 200 404 404
                          | POST | in 404 404 404 404 404 404 404 405 404 404
contacts:accept           | GET  | in 404 404 404 404 404 404 404 405 404 404
                          | POST | in 404 404 404 404 404 404 404 409 404 404
contacts:drop             | GET  | in 404 404 404 404 404 404 404 405 404 404
                          | POST | in 404 404 404 404 404 404 404 302 404 404
contacts:refused          | GET  | in 404 404 404 404 404 404 404 200 404 404
                          | POST | in 404 404 404 404 404 404 404 405 404 404
campaigns:list            | GET  | in 404 404 404 404 404 404 404 200 404 404
                          | POST | in 404 404 404 404 404 404 404 405 404 404
campaigns:new             | GET  | in 404 404 404 404 404 404 404 200 404 404
                          | POST | in 404 404 404 404 404 404 404 302 404 404
campaigns:count           | GET  | in 404 404 404 404 404 404 404 405 404 404
                          | POST | in 404 404 404 404 404 404 404 200 404 404
campaigns:detail          | GET  | in 404 404 404 404 404 404 404 200 404 404
                          | POST | in 404 404 404 404 404 404 404 405 404 404
campaigns:add_step        | GET  | in 404 404 404 404 404 404 404 302 404 404
                          | POST | in 404 404 404 404 404 404 404 302 404 404
campaigns:step            | GET  | in 404 404 404 404 404 404 404 200 404 404
                          | POST | in 404 404 404 404 404 404 404 405 404 404
campaigns:edit            | GET  | in 404 404 404 404 404 404 404 409 404 404
                          | POST | in 404 404 404 404 404 404 404 409 404 404
campaigns:test            | GET  | in 404 404 404 404 404 404 404 302 404 404
                          | POST | in 404 404 404 404 404 404 404 302 404 404
campaigns:start           | GET  | in 404 404 404 404 404 404 404 302 404 404
                          | POST | in 404 404 404 404 404 404 404 409 404 404
campaigns:pause           | GET  | in 404 404 404 404 404 404 404 302 404 404
                          | POST | in 404 404 404 404 404 404 404 302 404 404
campaigns:resume          | GET  | in 404 404 404 404 404 404 404 302 404 404
                          | POST | in 404 404 404 404 404 404 404 409 404 404
campaigns:progress        | GET  | in 404 404 404 404 404 404 404 200 404 404
                          | POST | in 404 404 404 404 404 404 404 405 404 404
campaigns:ccns            | GET  | in 404 404 404 404 404 404 404 200 404 404
                          | POST | in 404 404 404 404 404 404 404 405 404 404
campaigns:paper           | GET  | in 404 404 404 404 404 404 404 200 404 404
                          | POST | in 404 404 404 404 404 404 404 405 404 404
readiness:country | GET  | in 404 404 404 404 404 404 404 200 200 404
                          | POST | in 404 404 404 404 404 404 404 405 405 404
readiness:state | GET  | in 404 404 404 404 404 404 404 200 200 404
                          | POST | in 404 404 404 404 404 404 404 405 405 404
readiness:kind | GET  | in 404 404 404 404 404 404 404 200 200 404
                          | POST | in 404 404 404 404 404 404 404 405 405 404
readiness:chains | GET  | in 404 404 404 404 404 404 404 200 200 404
                          | POST | in 404 404 404 404 404 404 404 405 405 404
readiness:chain | GET  | in 404 404 404 404 404 404 404 200 200 404
                          | POST | in 404 404 404 404 404 404 404 405 405 404
readiness:ccns | GET  | in 404 404 404 404 404 404 404 200 200 404
                          | POST | in 404 404 404 404 404 404 404 405 405 404
history:request           | GET  | in 404 200 404 404 200 404 404 200 200 404
                          | POST | in 405
history:request_file      | GET  | in 404 200 404 404 200 404 404 200 200 404
                          | POST | in 405
history:provider          | GET  | in 404 200 200 200 200 404 200 200 200 404
                          | POST | in 405
history:provider_file     | GET  | in 404 200 200 200 200 404 200 200 200 404
                          | POST | in 405
coverage:mine             | GET  | in 404 404 404 404 200 200 404 404 404 404
                          | POST | in 405
readiness:file | GET  | in 404 404 404 404 404 404 404 200 200 404
                          | POST | in 404 404 404 404 404 404 404 405 405 404
"""

# Only the superuser gets in; these are their words, by GET and by POST.
